// What a field of the configuration is, and the forms that several have.
import path from "node:path";
import { z } from "zod";

/** A field that does not have its form, or a file of the configuration that cannot be read. */
export class ConfigError extends Error {
  override name = "ConfigError";
  readonly code = "bad_config";
}

/** Makes a path absolute; what it is relative to depends on where it was written. */
export type Resolve = (place: string) => string;

export interface Field {
  /** its environment variable */
  env: string;
  schema: (resolve: Resolve) => z.ZodType;
  /** the schema in words */
  form: string;
  /** no message repeats the value */
  isSecret?: boolean;
}

export const integer = (least: number, most: number) => () => {
  const digits = z.string().regex(/^\d+$/).transform(Number);
  return z.union([z.number(), digits]).pipe(z.int().min(least).max(most));
};

export const share = () => {
  const digits = z
    .string()
    .regex(/^\d*\.?\d+$/)
    .transform(Number);
  return z.union([z.number(), digits]).pipe(z.number().min(0).max(1));
};

export const yesOrNo = () =>
  z.union([z.boolean(), z.enum(["true", "false"]).transform((word) => word === "true")]);

export const anyPath = (resolve: Resolve) =>
  z
    .string()
    .min(1)
    .regex(/^[^\0]*$/)
    .transform(resolve);

export const folders = (resolve: Resolve) => {
  const list = z.string().transform((text) => text.split(path.delimiter).filter(Boolean));
  return z.union([list, z.array(z.string())]).pipe(z.array(anyPath(resolve)));
};
