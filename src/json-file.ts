// JSON files that people write, and what is wrong with one in words.
import { readFile } from "node:fs/promises";
import type { z } from "zod";

/**
 * A file's JSON as a schema has it.
 * @param edit - changes the text before it is parsed
 * @throws Error that names the file, and the first field that is wrong
 */
export async function readJsonFile<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  edit = (text: string) => text,
): Promise<z.infer<Schema>> {
  let json: unknown;
  try {
    json = JSON.parse(edit(await readFile(file, "utf8")));
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    const reason = `cannot be read as JSON: ${(cause as Error).message}`;
    throw new Error(`${file}: ${isMissing ? "there is no such file" : reason}`, { cause });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`${file}: ${issue?.path.join(".") || "the whole"}: ${issue?.message}`);
}
