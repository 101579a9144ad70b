// Bearer tokens that stand in the configuration, each under a name.
import { createHash, timingSafeEqual } from "node:crypto";

export interface NamedToken {
  /** whose it is; two tokens of one name are the same caller */
  name: string;
  token: string;
}

/**
 * Finds the name of a token. Digests are compared, all of them, whichever it is: how long that takes says
 * nothing about a token.
 */
export function tokenBook(tokens: readonly NamedToken[]): (token: string) => string | undefined {
  const entries = tokens.map(({ name, token }) => ({ name, digest: digestOf(token) }));
  return (token) => {
    const given = digestOf(token);
    let found: string | undefined;
    for (const { name, digest } of entries) if (timingSafeEqual(digest, given)) found = name;
    return found;
  };
}

export function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
