// Models write arguments loosely: "9" for 9, a list as a string, null for nothing. What can mean one
// thing only is taken for it; everything else goes on as it is, for the schema to refuse.
import { z } from "zod";
import { slugOf } from "../procedures/index.js";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The same arguments, each of them understood loosely; what clients are told of them stays the same. */
export function loosen<Input extends z.ZodObject>(input: Input): Input {
  const shape = Object.fromEntries(
    Object.entries(input.shape).map(([name, field]) => {
      const schema = field as z.ZodType;
      let told: JsonSchema | undefined;
      const toTake = () => (told ??= z.toJSONSchema(schema, { io: "input" }));
      return [name, z.preprocess((value) => take(value, toTake()), schema)];
    }),
  );
  return z.strictObject(shape) as unknown as Input;
}

function take(value: unknown, schema: JsonSchema): unknown {
  const types = typesOf(schema);
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map((item) => take(item, itemsOf(schema)));
  if (typeof value === "number" && !types.has("number") && types.has("string"))
    return Number.isSafeInteger(value) ? String(value) : value;
  if (typeof value !== "string") return value;
  if (types.has("string")) return schema.enum ? nameIn(schema.enum, value) : value;
  const text = value.trim();
  if (text === "" || text === "null") return undefined;
  if (types.has("number")) return toNumber(text) ?? value;
  if (types.has("boolean")) return { true: true, false: false }[text] ?? value;
  if (!types.has("array") && !types.has("object")) return value;
  const parsed = parseJson(text);
  if (typeof parsed === "object") return take(parsed, schema);
  const isList = types.has("array") && typesOf(itemsOf(schema)).has("number");
  return isList && /^\d+(\s*[,–-]\s*\d+)+$/.test(text) ? text.split(/\D+/).map(Number) : value;
}

/** All that a schema takes; an integer is a number here. */
function typesOf({ type, anyOf }: JsonSchema): Set<string> {
  const types = (anyOf ?? []).flatMap((one) => [...typesOf(one as JsonSchema)]);
  const own = [type ?? []].flat().map((name) => (name === "integer" ? "number" : name));
  return new Set([...types, ...own]);
}

function itemsOf({ items, anyOf }: JsonSchema): JsonSchema {
  const lists = [items, ...(anyOf ?? []).map((one) => (one as JsonSchema).items)];
  return (lists.find((list) => typeof list === "object" && !Array.isArray(list)) ??
    {}) as JsonSchema;
}

/** Undefined where the digits say more than a number can hold. */
export function toNumber(text: string): number | undefined {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return undefined;
  const number = Number(text);
  const isWhole = !text.includes(".");
  return isWhole && !Number.isSafeInteger(number) ? undefined : number;
}

/** The one name that differs in case, blanks or hyphens alone. */
export function nameIn(names: readonly unknown[], text: string): string {
  const found = names.find((name) => typeof name === "string" && slugOf(name) === slugOf(text));
  return typeof found === "string" ? found : text;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
