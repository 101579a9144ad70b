// Where an OpenAI-compatible endpoint lies, and whether a key may be sent there.
import { VisionError } from "./error.js";

/**
 * The address of chat completions under an endpoint as people type it, `http://localhost:11434/v1`.
 * Throws VisionError `bad_endpoint`, or `insecure_endpoint` where others could read the key on its way.
 */
export function chatAddress(endpoint: string, key: string | undefined): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new VisionError(
      "bad_endpoint",
      "the endpoint must be an http or https address without a password in it, such as http://localhost:11434/v1",
    );
  if (key !== undefined && url.protocol === "http:" && !isLoopback(url.hostname))
    throw new VisionError(
      "insecure_endpoint",
      `the key is not sent to ${url.origin}: on plain http others can read it on its way; use https, or give no key (--api-key-env '')`,
    );
  url.pathname = `${url.pathname.replace(/(\/chat\/completions)?\/*$/, "")}/chat/completions`;
  return url;
}

/** @param hostname - as URL writes it: numbers of any form have become dotted ones */
function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
