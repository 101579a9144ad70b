// A guard before the transport: the SDK ends the server at a message above its buffer, and copies all
// that has come at every chunk. This hands on whole lines, and answers a line that is too long.
import { Transform, type TransformCallback } from "node:stream";

const NEWLINE = 0x0a;
/** What is kept of a line that is too long, to find its id. */
const KEPT_BYTES = 4096;

export class LineLimit extends Transform {
  readonly #maxBytes: number;
  readonly #onTooLong: (id: string | number | undefined) => void;
  #parts: Buffer[] = [];
  #length = 0;

  /** @param onTooLong - gets the message's id, where it could be found */
  constructor(maxBytes: number, onTooLong: (id: string | number | undefined) => void) {
    super();
    this.#maxBytes = maxBytes;
    this.#onTooLong = onTooLong;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      this.#take(chunk.subarray(from, at + 1));
      this.#flushLine();
      from = at + 1;
    }
    this.#take(chunk.subarray(from));
    done();
  }

  #take(part: Buffer): void {
    if (part.length === 0) return;
    this.#length += part.length;
    this.#parts.push(part);
    if (this.#length <= this.#maxBytes) return;
    const all = Buffer.concat(this.#parts);
    this.#parts =
      all.length > 2 * KEPT_BYTES
        ? [all.subarray(0, KEPT_BYTES), all.subarray(-KEPT_BYTES)].map((kept) => Buffer.from(kept))
        : [all];
  }

  #flushLine(): void {
    const line = Buffer.concat(this.#parts);
    if (this.#length <= this.#maxBytes) this.push(line);
    else this.#onTooLong(idOf(line.toString("latin1")));
    this.#parts = [];
    this.#length = 0;
  }
}

/** The id at the beginning or the end of a message whose middle is lost. */
function idOf(text: string): string | number | undefined {
  const match = /^\{"jsonrpc":"2\.0","id":(\d+|"[^"\\]*")|"id":(\d+|"[^"\\]*")\}?\s*$/.exec(text);
  const id = match?.[1] ?? match?.[2];
  return id === undefined ? undefined : (JSON.parse(id) as string | number);
}
