// One request, until it is answered: waits as long as a busy server asks, tries again where a server
// stumbles, and says what to do where trying again is no use.
import { setTimeout as sleep } from "node:timers/promises";
import { VisionError } from "./error.js";

export interface Patience {
  /** for one answer, from the request to its last byte */
  timeoutMs: number;
  /** requests in all, the first counted in */
  attempts: number;
  /** before the second attempt; doubles from one to the next */
  backoffMs: number;
}

export const defaultPatience: Patience = { timeoutMs: 240_000, attempts: 5, backoffMs: 1000 };

/** A server that asks for a longer pause has no time today. */
const LONGEST_WAIT_MS = 10 * 60_000;
/** Who was silent so often and so long stays silent. */
const TIMEOUTS = 2;
const LONGEST_BACKOFF_MS = 60_000;
/** Nobody needs more to describe a few pictures. */
const MOST_BYTES = 4 * 1024 * 1024;
const QUOTED_CHARACTERS = 300;

interface Failure {
  error: VisionError;
  /** what the server asks for, in ms; undefined: it is up to us, and `false`: do not try again */
  again?: number | false | undefined;
}

/**
 * Posts JSON and gives the answer's text.
 * Throws VisionError; what `signal` says where it aborts.
 */
export async function post(
  url: URL,
  body: unknown,
  {
    key,
    signal,
    patience,
  }: { key?: string | undefined; signal?: AbortSignal | undefined; patience: Patience },
): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await attemptOnce();
    if (typeof outcome === "string") return outcome;
    const { error, again } = outcome;
    const attempts = error.code === "timeout" ? TIMEOUTS : patience.attempts;
    if (again === false || attempt >= attempts) throw error;
    const backoffMs = Math.min(LONGEST_BACKOFF_MS, patience.backoffMs * 2 ** (attempt - 1));
    await sleep(again ?? backoffMs, undefined, { signal });
  }

  async function attemptOnce(): Promise<string | Failure> {
    const timeout = AbortSignal.timeout(patience.timeoutMs);
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
        },
        body: JSON.stringify(body),
        // Pictures and key are for the address that was typed.
        redirect: "manual",
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      const text = await readLimited(response);
      return response.ok ? text : refusal(url, response, quote(text, key));
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof VisionError) throw error;
      return timeout.aborted ? timedOut(url, patience) : unreachable(url, error);
    }
  }
}

async function readLimited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > MOST_BYTES)
      throw new VisionError("bad_answer", `the answer has more than ${MOST_BYTES} bytes`);
  }
  return Buffer.concat(chunks).toString();
}

function refusal(url: URL, { status, headers }: Response, said: string): Failure {
  const answer = `${url.origin} answered ${status}${said && `: ${said}`}`;
  if (status === 429 || status >= 500) return postponed(status, answer, headers.get("retry-after"));
  if (status === 401 || status === 403)
    return final("refused_key", `${answer}; is the right key in the environment?`);
  if (status >= 300 && status < 400)
    return final(
      "bad_endpoint",
      `${answer}, and is elsewhere (${quote(headers.get("location") ?? "")}); give that address, if you trust it`,
    );
  if (status === 404)
    return final(
      "refused_request",
      `${answer}; is the model installed there, and does the endpoint end in /v1?`,
    );
  return final("refused_request", `${answer}; does this model read pictures?`);
}

function postponed(status: number, answer: string, retryAfter: string | null): Failure {
  const again = waitMs(retryAfter);
  const code = status === 429 ? "too_many_requests" : "server_error";
  const asked = again !== undefined && again > LONGEST_WAIT_MS;
  const pause = asked ? `, and asks to wait ${Math.ceil(again / 60_000)} minutes` : "";
  const error = new VisionError(code, `${answer}${pause}; run again later to go on`);
  return { error, again: asked ? false : again };
}

/** `Retry-After`: seconds, or a date. */
function waitMs(retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined;
  const ms = /^\d+$/.test(retryAfter)
    ? 1000 * Number(retryAfter)
    : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function timedOut(url: URL, { timeoutMs }: Patience): Failure {
  return {
    error: new VisionError(
      "timeout",
      `${url.origin} gave no answer within ${timeoutMs / 1000} s; a smaller model is faster, or allow more time`,
    ),
  };
}

/** A server that nobody hears will not be there a second later; one that hung up may be. */
function unreachable(url: URL, error: unknown): Failure {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException) : undefined;
  const reason = cause?.code ?? cause?.message ?? String(error);
  const hungUp = /ECONNRESET|EPIPE|ETIMEDOUT|UND_ERR/.test(reason);
  const message = `cannot reach ${url.origin} (${reason}); start the server there (a local one with \`ollama serve\`, or in LM Studio), or name another endpoint`;
  return {
    error: new VisionError("unreachable", message, { cause: error }),
    ...(!hungUp && { again: false }),
  };
}

function final(code: VisionError["code"], message: string): Failure {
  return { error: new VisionError(code, message), again: false };
}

/** What a stranger's server says, fit for a terminal, and without the key that it may repeat. */
function quote(text: string, key?: string): string {
  const safe = key ? text.replaceAll(key, "…") : text;
  const line = safe.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  return line.length > QUOTED_CHARACTERS ? `${line.slice(0, QUOTED_CHARACTERS)}…` : line;
}
