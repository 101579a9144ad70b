// What a model answered, out of what a server sent: models wrap JSON in thoughts, fences and politeness.
import { z } from "zod";

const completion = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({
          content: z
            .union([z.string(), z.array(z.object({ text: z.string().default("") }))])
            .nullish(),
        }),
      }),
    )
    .min(1),
});

/** The model's words; undefined where the server sent something else. */
export function wordsOf(response: string): string | undefined {
  const parsed = completion.safeParse(parseJson(response));
  const content = parsed.data?.choices[0]?.message.content;
  return typeof content === "string" ? content : content?.map(({ text }) => text).join("");
}

/** Holds words to a schema. */
export function parseAnswer<Answer>(
  words: string,
  schema: z.ZodType<Answer>,
): { answer: Answer } | { wrong: string } {
  const spoken = words.replace(/^[^]*<\/think>/, "");
  const json = parseJson(spoken.slice(spoken.indexOf("{"), spoken.lastIndexOf("}") + 1));
  if (json === undefined) return { wrong: "is no JSON object" };
  const parsed = schema.safeParse(json);
  if (parsed.success) return { answer: parsed.data };
  return {
    wrong: parsed.error.issues
      .slice(0, 5)
      .map(({ path, message }) => `${path.join(".") || "the whole"}: ${message}`)
      .join("; "),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
