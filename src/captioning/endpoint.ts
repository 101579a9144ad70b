// A vision model behind an OpenAI-compatible chat-completions endpoint, asked about pictures. It may be
// small, wrong, slow or hostile: whatever it answers is held to a schema.
import { z } from "zod";
import { chatAddress } from "./address.js";
import { parseAnswer, wordsOf } from "./answer.js";
import { VisionError } from "./error.js";
import { defaultPatience, type Patience, post } from "./post.js";

export interface VisionImage {
  bytes: Uint8Array;
  mediaType: "image/jpeg" | "image/png" | "image/webp";
  /** said before the picture, as `Frame 1:` */
  label?: string;
}

export interface VisionRequest<Answer> {
  /** `http://localhost:11434/v1` */
  endpoint: string;
  model: string;
  key?: string | undefined;
  images: readonly VisionImage[];
  instruction: string;
  /** of a JSON object */
  schema: z.ZodType<Answer>;
  signal?: AbortSignal | undefined;
  patience?: Partial<Patience> | undefined;
}

interface Message {
  role: "user" | "assistant";
  content: unknown;
}

/** How often a wrong answer is given back to be put right. */
const REPAIRS = 2;
/** Of a wrong answer, so much is given back. */
const REPEATED_CHARACTERS = 4000;

/**
 * Asks a model about pictures. A wrong answer is given back twice with what is wrong about it.
 * Throws VisionError, `bad_answer` where it stays wrong; what `signal` says where it aborts.
 */
export async function askVision<Answer>(request: VisionRequest<Answer>): Promise<Answer> {
  const { endpoint, model, key, images, instruction, schema, signal } = request;
  const url = chatAddress(endpoint, key);
  const options = { key, signal, patience: { ...defaultPatience, ...request.patience } };
  const form = z.toJSONSchema(schema, { io: "input" });
  const order = `${instruction}\n\nAnswer with one JSON object and nothing else, of this JSON schema:\n${JSON.stringify(form)}`;
  const messages: Message[] = [{ role: "user", content: [...images.flatMap(shown), text(order)] }];
  let format: object = {
    response_format: { type: "json_schema", json_schema: { name: "answer", schema: form } },
  };

  for (let repairs = 0; ; repairs++) {
    const response = await complete();
    const words = wordsOf(response);
    if (words === undefined)
      throw new VisionError(
        "bad_endpoint",
        `${url.origin} does not answer as a chat-completions endpoint does; does the endpoint end in /v1?`,
      );
    const parsed = parseAnswer(words, schema);
    if ("answer" in parsed) return parsed.answer;
    if (repairs === REPAIRS)
      throw new VisionError(
        "bad_answer",
        `${model} did not answer as asked, ${REPAIRS + 1} times (${parsed.wrong}); try a larger model`,
      );
    messages.push(
      { role: "assistant", content: words.slice(0, REPEATED_CHARACTERS) },
      {
        role: "user",
        content: `That is not as asked: ${parsed.wrong}. Answer again, with the JSON object alone.`,
      },
    );
  }

  /** Some servers know no `response_format`; the schema stands in the instruction too. */
  async function complete(): Promise<string> {
    try {
      return await post(url, { model, messages, ...format }, options);
    } catch (error) {
      const isUnknown = error instanceof VisionError && error.code === "refused_request";
      if (!isUnknown || !/response_format|json_schema/.test(error.message)) throw error;
      format = {};
      return post(url, { model, messages }, options);
    }
  }
}

function shown({ bytes, mediaType, label }: VisionImage): object[] {
  const url = `data:${mediaType};base64,${Buffer.from(bytes).toString("base64")}`;
  return [...(label === undefined ? [] : [text(label)]), { type: "image_url", image_url: { url } }];
}

function text(words: string): object {
  return { type: "text", text: words };
}
