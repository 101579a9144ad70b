// What a tool is: data and one function. Nothing here knows the protocol; `server/bind.ts` does.
import type { z } from "zod";
import type { Config } from "../config.js";
import type { Context, MakeOptions } from "../procedures/index.js";

/** What a tool shows, in order. Pictures are JPEG. */
export type Block = { kind: "text"; text: string } | { kind: "picture"; jpeg: Uint8Array };

export interface Answer<Structured> {
  /** everything but the pictures */
  structured: Structured;
  /** everything, for hosts that read nothing else; the first block is a text */
  blocks: Block[];
}

export type ToolSettings = Pick<Config, "previewBudgetBytes" | "previewSidePx">;

export interface ToolRun extends MakeOptions {
  settings: ToolSettings;
}

export interface Tool<
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodObject = z.ZodObject,
> {
  name: string;
  title: string;
  description: string;
  input: Input;
  output: Output;
  annotations: {
    readOnlyHint: boolean;
    destructiveHint: boolean;
    idempotentHint: boolean;
    openWorldHint: boolean;
  };
  run(context: Context, input: z.output<Input>, run: ToolRun): Promise<Answer<z.input<Output>>>;
}

/** Keeps the types of one tool's schemas together. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: Tool<Input, Output>,
): Tool<Input, Output> {
  return tool;
}

/** Makes something new, changes nothing that is there, and stays on this machine. */
export const MAKES = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: false,
  openWorldHint: false,
};

/** Looks, and touches nothing. */
export const READS = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};
