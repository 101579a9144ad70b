// Request bodies: one JSON-RPC message each. They are read here and not by the SDK, because a session is
// made only for a body that begins one, and because all of them together are bounded too.
import type { IncomingMessage } from "node:http";
import { isJsonContentType } from "@modelcontextprotocol/sdk/shared/mediaType.js";
import { ErrorCode } from "@modelcontextprotocol/sdk/types.js";
import type { Limits } from "./limits.js";
import { refuseForNow, Refusal } from "./refusal.js";

export class Bodies {
  readonly #limits: Pick<Limits, "bodyBytes" | "bodiesBytes">;
  #heldBytes = 0;

  constructor(limits: Pick<Limits, "bodyBytes" | "bodiesBytes">) {
    this.#limits = limits;
  }

  /** Throws a Refusal: 400, 413, 415 or 503. */
  async read(req: IncomingMessage): Promise<object> {
    const { "content-type": type, "content-encoding": encoding = "identity" } = req.headers;
    if (!isJsonContentType(type ?? null))
      throw new Refusal(415, "the content type must be application/json");
    if (encoding !== "identity") throw new Refusal(415, "bodies are taken uncompressed");
    if (Number(req.headers["content-length"]) > this.#limits.bodyBytes) throw this.#tooLarge();
    let ownBytes = 0;
    try {
      const chunks = await collect(req, (bytes) => {
        ownBytes += bytes;
        this.#heldBytes += bytes;
        if (ownBytes > this.#limits.bodyBytes) throw this.#tooLarge();
        if (this.#heldBytes > this.#limits.bodiesBytes)
          throw refuseForNow(503, "too much is being sent to this server at once", 5);
      });
      return parse(Buffer.concat(chunks).toString("utf8"));
    } finally {
      this.#heldBytes -= ownBytes;
    }
  }

  #tooLarge(): Refusal {
    return new Refusal(
      413,
      `a request has at most ${this.#limits.bodyBytes} bytes; give pictures as a path or a handle`,
    );
  }
}

/** An iterator would destroy the connection along with the reading, and nobody would see the refusal. */
function collect(req: IncomingMessage, onBytes: (bytes: number) => void): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer) => {
      try {
        onBytes(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        req.off("data", take).resume();
        reject(error);
      }
    };
    req.on("data", take);
    req.once("end", () => resolve(chunks));
    req.once("close", () => reject(new Refusal(400, "the request broke off")));
    req.once("error", () => reject(new Refusal(400, "the request broke off")));
  });
}

function parse(text: string): object {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Refusal(400, "the body must be JSON", { code: ErrorCode.ParseError });
  }
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json;
  throw new Refusal(400, "the body must be one JSON-RPC message; batches are not taken");
}
