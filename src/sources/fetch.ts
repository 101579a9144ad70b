// A picture from the web, for a stranger who may want to see what only this machine can reach. Every
// address is resolved once, judged, and the very one that was judged is connected to, so that a name
// server that answers differently the second time gains nothing. A redirect begins all over.
import { ask, INTERNET, type Network } from "./ask.js";
import { SourceError } from "./error.js";
import { readBody } from "./read-body.js";
import { parseAddress } from "./web-address.js";

export interface FetchOptions {
  signal?: AbortSignal | undefined;
  limits?: FetchLimits;
  network?: Network;
}

export interface FetchLimits {
  sizeBytes: number;
  /** for everything: names, redirects, and the last byte */
  totalMs: number;
  redirects: number;
}

const LIMITS: FetchLimits = { sizeBytes: 32 * 2 ** 20, totalMs: 20_000, redirects: 5 };
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** The bytes at an `https` address, whatever they are. Throws a SourceError. */
export async function fetchPicture(
  address: string,
  { signal, limits = LIMITS, network = INTERNET }: FetchOptions = {},
): Promise<Uint8Array> {
  const timeout = AbortSignal.timeout(limits.totalMs);
  const ended = AbortSignal.any([timeout, ...(signal === undefined ? [] : [signal])]);
  let url = parseAddress(address);
  try {
    for (let redirects = 0; redirects <= limits.redirects; redirects++) {
      const response = await ask(url, network, ended);
      const { statusCode = 0, headers } = response;
      if (!REDIRECTS.has(statusCode)) return await readBody(response, url, limits.sizeBytes);
      response.destroy();
      url = parseAddress(headers.location ?? "", url);
    }
  } catch (error) {
    if (error instanceof SourceError) throw error;
    if (timeout.aborted)
      throw new SourceError(
        "too_slow",
        `image: ${url.host} did not send the picture within ${limits.totalMs / 1000} s; save it to a file and give the path`,
      );
    if (ended.aborted) throw new SourceError("cancelled", "image: the fetching was cancelled");
    throw new SourceError(
      "unreachable",
      `image: ${url.host} cannot be read (${reasonOf(error)}); check the address, or save the picture to a file and give the path`,
    );
  }
  throw new SourceError(
    "bad_url",
    `image: the address redirects more than ${limits.redirects} times; give the last one`,
  );
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
