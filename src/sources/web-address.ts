// What an address of the web may look like.
import { SourceError } from "./error.js";

const MOST_CHARACTERS = 4096;

/** @param base - where a redirect came from. Throws `bad_url`. */
export function parseAddress(text: string, base?: URL): URL {
  const whose = base === undefined ? "the address" : `the redirect from ${base.host}`;
  if (text === "" || text.length > MOST_CHARACTERS || !URL.canParse(text, base?.href))
    throw new SourceError("bad_url", `image: ${whose} is none; it goes https://example.org/a.png`);
  const url = new URL(text, base);
  if (url.protocol !== "https:")
    throw new SourceError("bad_url", `image: ${whose} begins with ${url.protocol}, need https:`);
  if (url.username !== "" || url.password !== "")
    throw new SourceError(
      "bad_url",
      `image: ${whose} carries a name or password, which is not sent; give one without`,
    );
  return url;
}
