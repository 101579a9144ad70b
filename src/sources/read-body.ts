// The body of an answer, up to a size.
import type { IncomingMessage } from "node:http";
import { SourceError } from "./error.js";

/** Throws `too_large`, and an error that says what is wrong where the answer is no file or breaks off. */
export async function readBody(
  response: IncomingMessage,
  { host }: URL,
  mostBytes: number,
): Promise<Uint8Array> {
  const { statusCode, headers } = response;
  const tooLarge = new SourceError(
    "too_large",
    `image: the file at ${host} is larger than ${mostBytes / 2 ** 20} MiB; save a smaller one to a file and give the path`,
  );
  try {
    if (statusCode !== 200) throw new Error(`it answers ${statusCode}`);
    if (Number(headers["content-length"] ?? 0) > mostBytes) throw tooLarge;
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > mostBytes) throw tooLarge;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    response.destroy();
  }
}
