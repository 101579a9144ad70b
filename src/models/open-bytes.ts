// The bytes of a file from where the hub keeps them: a range of them, or all. Every request begins at the
// hub, at one commit: the addresses it sends us to are signed for a while only.
import { type Answer, ask, discard } from "./ask.js";
import { ModelsError } from "./error.js";
import { addressOf, type RemoteFile } from "./hub-file.js";
import type { Hub } from "./hub.js";
import { lostConnection } from "./persist.js";
import { refusal } from "./refusal.js";
import type { Span } from "./spans.js";

export interface Bytes {
  /** undefined where the host gives no strong ETag */
  validator: string | undefined;
  /** the chunks, in order; ends in an `unreachable` where the connection breaks */
  chunks: AsyncIterable<Uint8Array>;
}

/** A host that knows no ranges, or knows none of this file: it has to be read from its beginning. */
export class WholeAnswer extends Error {}

interface Asked {
  range?: Span;
  /** throws `changed` where the host's file has another one */
  validator: string | undefined;
  signal: AbortSignal;
}

/** Throws `changed`, WholeAnswer, what a refusal means, or what may pass. */
export async function openBytes(
  hub: Hub,
  file: RemoteFile,
  { range, validator, signal }: Asked,
): Promise<Bytes> {
  const url = addressOf(hub.endpoint, file, file.commit);
  const headers = {
    ...(range && { range: `bytes=${range[0]}-${range[1] - 1}` }),
    ...(range && validator !== undefined && { "if-range": validator }),
  };
  const answer = await ask(hub, url, { headers, signal }).catch((error) => {
    throw lostConnection(url.host, error);
  });
  const fault = faultOf(answer, file, hub, range, validator);
  if (fault === undefined) return { validator: strongTag(answer), chunks: read(answer) };
  discard(answer);
  throw fault;
}

function faultOf(
  answer: Answer,
  file: RemoteFile,
  hub: Hub,
  range: Span | undefined,
  validator: string | undefined,
): Error | undefined {
  const { status, header, url } = answer;
  if (status === 412 || status === 416) return changed(file);
  if (status >= 400 && url.origin === new URL(hub.endpoint).origin)
    return refusal(answer, file, hub);
  if (status !== 200 && status !== 206)
    return new ModelsError("unreachable", `${url.host} answers ${status} for ${file.path}`, {
      retryMs: 0, // the next address that the hub gives may be better
    });
  if (validator !== undefined && strongTag(answer) !== validator) return changed(file);
  if (range === undefined) return undefined;
  if (status === 200) return new WholeAnswer();
  const [, begin, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(header("content-range") ?? "") ?? [];
  if (Number(total) !== file.sizeBytes) return changed(file);
  if (Number(begin) === range[0]) return undefined;
  return new ModelsError(
    "bad_answer",
    `${url.host} sends another range of ${file.path} than asked`,
  );
}

async function* read({ body, url }: Answer): AsyncGenerator<Uint8Array> {
  try {
    yield* body as AsyncIterable<Buffer>;
  } catch (error) {
    throw lostConnection(url.host, error);
  }
}

/** Only a strong ETag says that the bytes are the same. */
function strongTag({ header }: Answer): string | undefined {
  const tag = header("etag");
  return tag?.startsWith('"') ? tag : undefined;
}

function changed({ repository, path }: RemoteFile): ModelsError {
  return new ModelsError(
    "changed",
    `${repository}/${path} changed while it was fetched; run the same command again`,
  );
}
