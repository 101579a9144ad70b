// One request to the hub, and to where it sends us. The token goes to the hub's own origin alone: the
// bytes come from hosts that have no business with it. Not by `fetch`: in Node 20 it can lose the signal
// that should end it once memory is collected.
import { once } from "node:events";
import { type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestSafe } from "node:https";
import { ModelsError } from "./error.js";
import type { Hub } from "./hub.js";

const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** A body of no interest is read to its end if it is so short: that keeps the connection. */
const SHORT_BYTES = 16 * 1024;

export interface Question {
  /** HEAD is not taken beyond the hub: what it says of a file stands in its own answer */
  method?: "GET" | "HEAD";
  headers?: Record<string, string>;
  signal: AbortSignal;
}

export interface Answer {
  /** who answered, after all redirects */
  url: URL;
  status: number;
  header(name: string): string | undefined;
  /** to be read, or put away with `discard` */
  body: IncomingMessage;
}

/** Throws what the network throws, and `bad_answer`. */
export async function ask(
  hub: Hub,
  start: URL,
  { method = "GET", headers, signal }: Question,
): Promise<Answer> {
  const { origin: home } = new URL(hub.endpoint);
  let url = start;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const isHome = url.origin === home && hub.token !== undefined;
    const answer = await send(url, hub.manner.stallMs, {
      method,
      signal,
      headers: { ...headers, ...(isHome && { authorization: `Bearer ${hub.token}` }) },
    });
    const to = destinationOf(answer);
    if (to === undefined || (method === "HEAD" && to.origin !== home)) return answer;
    discard(answer);
    url = to;
  }
  throw new ModelsError(
    "bad_answer",
    `${start.host} redirects more than ${MOST_REDIRECTS} times; is HF_ENDPOINT a hub?`,
  );
}

export function discard({ body, header }: Answer): void {
  if (Number(header("content-length")) <= SHORT_BYTES) body.resume();
  else body.destroy();
}

async function send(url: URL, stallMs: number, question: Question): Promise<Answer> {
  const request = (url.protocol === "https:" ? requestSafe : requestPlain)(url, {
    ...question,
    headers: { "user-agent": "makeanything", ...question.headers },
    timeout: stallMs,
  });
  request.on("timeout", () => request.destroy(new Error(`nothing came for ${stallMs / 1000} s`)));
  request.end();
  const [body] = (await once(request, "response")) as [IncomingMessage];
  request.on("error", () => {}); // from here on the body says it
  const header = (name: string) => body.headers[name]?.toString();
  return { url, status: body.statusCode!, header, body };
}

function destinationOf(answer: Answer): URL | undefined {
  const { status, header, url } = answer;
  if (!REDIRECTS.has(status)) return undefined;
  const location = header("location") ?? "";
  const to = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  if (to?.protocol === "https:" || (to?.protocol === "http:" && url.protocol === "http:"))
    return to;
  discard(answer);
  throw new ModelsError("bad_answer", `${url.host} redirects to no safe address; try again later`);
}
