// Tokens of an authorization server, which is asked about each (RFC 7662); its answer holds for half a
// minute, so that a token that is taken back is soon refused.
import { InvalidTokenError, ServerError } from "@modelcontextprotocol/sdk/server/auth/errors.js";
import type { OAuthTokenVerifier } from "@modelcontextprotocol/sdk/server/auth/provider.js";
import type { AuthInfo } from "@modelcontextprotocol/sdk/server/auth/types.js";
import { z } from "zod";
import type { Clock } from "./clock.js";
import { digestOf } from "./tokens.js";

export interface Introspection {
  /** https */
  url: string;
  /** who this server is there */
  clientId: string;
  clientSecret: string;
  issuer: string;
  /** what tokens for this server name as their audience */
  audience: string;
}

const PATIENCE_MS = 5000;
const KEPT_MS = 30_000;
const MOST_KEPT = 1000;
const MOST_BYTES = 64 * 1024;

const answer = z.object({
  active: z.boolean(),
  scope: z.string().optional(),
  client_id: z.string().max(255).optional(),
  sub: z.string().max(255).optional(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  iss: z.string().optional(),
  exp: z.number().optional(),
});

/** Rejects with the SDK's InvalidTokenError, or with its ServerError where nothing could be found out. */
export function introspectionVerifier(options: Introspection, now: Clock): OAuthTokenVerifier {
  const kept = new Map<string, { info: AuthInfo; untilMs: number }>();

  return {
    async verifyAccessToken(token) {
      const key = digestOf(token).toString("base64");
      const known = kept.get(key);
      if (known && now() < known.untilMs) return known.info;
      const info = toAuthInfo(await ask(options, token), options);
      kept.delete(key);
      kept.set(key, { info, untilMs: now() + KEPT_MS });
      if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
      return info;
    },
  };
}

async function ask(
  { url, clientId, clientSecret }: Introspection,
  token: string,
): Promise<z.infer<typeof answer>> {
  const credentials = [clientId, clientSecret].map(encodeURIComponent).join(":");
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        Accept: "application/json",
        Authorization: `Basic ${Buffer.from(credentials).toString("base64")}`,
      },
      body: new URLSearchParams({ token, token_type_hint: "access_token" }),
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await readText(response);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return answer.parse(JSON.parse(text));
  } catch {
    throw new ServerError("the authorization server does not say whether the token is good");
  }
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error("too long an answer");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function toAuthInfo(
  { active, scope = "", client_id, sub, aud = [], iss, exp }: z.infer<typeof answer>,
  { issuer, audience }: Introspection,
): AuthInfo {
  const who = sub === undefined ? client_id && `client ${client_id}` : `sub ${sub}`;
  if (!active || who === undefined || (iss !== undefined && iss !== issuer))
    throw new InvalidTokenError("the token is not valid here");
  return {
    token: "", // whoever comes after this has no need of it
    clientId: client_id ?? "",
    scopes: scope.split(" ").filter(Boolean),
    ...(exp !== undefined && { expiresAt: exp }),
    ...([aud].flat().includes(audience) && { resource: new URL(audience) }),
    extra: { owner: `oauth ${issuer} ${who}` },
  };
}
