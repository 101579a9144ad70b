// Who asks. Where callers have tokens each is somebody, and sees what is theirs alone; where none are
// known the server is on loopback, and whoever is on this machine may ask.
import { InvalidTokenError } from "@modelcontextprotocol/sdk/server/auth/errors.js";
import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import type { OAuthTokenVerifier } from "@modelcontextprotocol/sdk/server/auth/provider.js";
import type { Request, RequestHandler } from "express";
import { isLoopback } from "./address.js";
import type { OAuth } from "./oauth.js";
import { Refusal } from "./refusal.js";
import { type NamedToken, tokenBook } from "./tokens.js";

export interface AuthOptions {
  tokens: readonly NamedToken[];
  oauth?: OAuth | undefined;
}

/** Answers 401 or 403 unless the request comes from somebody. */
export function requireCaller({ tokens, oauth }: AuthOptions): RequestHandler {
  if (tokens.length === 0 && oauth === undefined) return requireLocal;
  return requireBearerAuth({
    verifier: verifierOf({ tokens, oauth }),
    ...(oauth && {
      requiredScopes: oauth.scopes,
      resourceMetadataUrl: oauth.metadataUrl,
      expectedResource: oauth.resource,
    }),
  });
}

/** Whether it comes from this machine, and through no proxy, which would come from there for others. */
export function isLocal({ ip, headers }: Request): boolean {
  return isLoopback(ip) && headers["forwarded"] === undefined;
}

/** Undefined where callers are not told apart. */
export function ownerOf({ auth }: Request): string | undefined {
  const owner = auth?.extra?.["owner"];
  return typeof owner === "string" ? owner : undefined;
}

const requireLocal: RequestHandler = (req, _res, next) => {
  if (isLocal(req)) return next();
  throw new Refusal(
    403,
    "this server has no tokens and serves this machine alone; its owner can set httpTokens",
  );
};

function verifierOf({ tokens, oauth }: AuthOptions): OAuthTokenVerifier {
  const nameOf = tokenBook(tokens);
  return {
    async verifyAccessToken(token) {
      const name = nameOf(token);
      if (name !== undefined)
        return {
          token: "",
          clientId: name,
          scopes: oauth?.scopes ?? [],
          expiresAt: Number.MAX_SAFE_INTEGER,
          ...(oauth && { resource: oauth.resource }),
          extra: { owner: `token ${name}` },
        };
      if (oauth) return oauth.verifier.verifyAccessToken(token);
      throw new InvalidTokenError("the token is not known here");
    },
  };
}
