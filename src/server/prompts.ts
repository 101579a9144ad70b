// Binds prompts to the SDK: arguments out, with what they may be, and messages back.
import { completable } from "@modelcontextprotocol/sdk/server/completable.js";
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { PromptMessage } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { orRefuse } from "./or-refuse.js";
import type { Context } from "../procedures/index.js";
import type { Prompt, PromptArgument, Said } from "../prompts/index.js";

/** As long as the longest subject. */
const MOST_CHARACTERS = 1000;

export function bindPrompts(server: McpServer, prompts: readonly Prompt[], context: Context): void {
  for (const { name, title, description, arguments: all, write } of prompts) {
    const fields = Object.entries(all).map(
      ([argument, about]) => [argument, toField(argument, about, context)] as const,
    );
    server.registerPrompt(
      name,
      { title, description, argsSchema: Object.fromEntries(fields) },
      (given) =>
        orRefuse(async () => ({
          description,
          messages: (await write(context, given)).map(toMessage),
        })),
    );
  }
}

function toField(
  name: string,
  { description, optional, suggest }: PromptArgument,
  context: Context,
): z.ZodType<string | undefined> {
  const text = z.string().trim().max(MOST_CHARACTERS, `${name} is too long`);
  // A form that was left empty is sent as an empty text.
  const field = optional
    ? text.transform((value) => value || undefined).optional()
    : text.min(1, `${name} is missing`);
  const described = field.describe(description);
  if (suggest === undefined) return described;
  return completable(described, (start, given) =>
    suggest(context, start ?? "", given?.arguments ?? {}),
  );
}

function toMessage(said: Said): PromptMessage {
  if ("text" in said) return { role: "user", content: { type: "text", text: said.text } };
  const data = Buffer.from(said.jpeg).toString("base64");
  return { role: "user", content: { type: "image", data, mimeType: "image/jpeg" } };
}
