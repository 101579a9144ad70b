// This server as an OAuth resource server: it tells clients where tokens come from, and believes those
// that the authorization server vouches for.
import { discoverAuthorizationServerMetadata } from "@modelcontextprotocol/sdk/client/auth.js";
import type { OAuthTokenVerifier } from "@modelcontextprotocol/sdk/server/auth/provider.js";
import {
  getOAuthProtectedResourceMetadataUrl,
  mcpAuthMetadataRouter,
} from "@modelcontextprotocol/sdk/server/auth/router.js";
import type { RequestHandler } from "express";
import { isLoopback } from "./address.js";
import type { Clock } from "./clock.js";
import { HttpError } from "./error.js";
import { introspectionVerifier } from "./introspection.js";

export interface OAuthOptions {
  /** the authorization server */
  issuer: string;
  /** this server's public address, as https://make.example.org/mcp; tokens name it as their audience */
  resource: string;
  /** who this server is there, to ask about tokens */
  clientId: string;
  clientSecret: string;
  /** where to ask; by default where the issuer's metadata say */
  introspectionUrl?: string | undefined;
  /** what a token must allow */
  scopes?: string[] | undefined;
}

export interface OAuth {
  verifier: OAuthTokenVerifier;
  /** the well-known documents, open to everyone */
  metadata: RequestHandler;
  metadataUrl: string;
  resource: URL;
  scopes: string[];
}

/** Asks the issuer about itself. Throws an HttpError, `bad_oauth`. */
export async function openOAuth(options: OAuthOptions, now: Clock): Promise<OAuth> {
  const { issuer, resource, clientId, clientSecret, scopes = [] } = options;
  const found = await discover(issuer);
  if (withoutSlash(found.issuer) !== withoutSlash(issuer))
    throw badOAuth(`${issuer} calls itself ${found.issuer}; set issuer to that`);
  const named = "introspection_endpoint" in found ? found.introspection_endpoint : undefined;
  const url = options.introspectionUrl ?? named;
  if (typeof url !== "string")
    throw badOAuth(`${issuer} names no introspection endpoint; set introspectionUrl`);
  for (const address of [issuer, url]) requireHttps(address);
  const resourceUrl = new URL(resource);
  return {
    verifier: introspectionVerifier(
      { url, clientId, clientSecret, issuer: found.issuer, audience: resource },
      now,
    ),
    metadata: mcpAuthMetadataRouter({
      oauthMetadata: found,
      resourceServerUrl: resourceUrl,
      resourceName: "MakeAnything",
      ...(scopes.length > 0 && { scopesSupported: scopes }),
    }),
    metadataUrl: getOAuthProtectedResourceMetadataUrl(resourceUrl),
    resource: resourceUrl,
    scopes,
  };
}

async function discover(issuer: string) {
  requireHttps(issuer);
  const found = await discoverAuthorizationServerMetadata(issuer).catch(() => undefined);
  if (found === undefined) throw badOAuth(`${issuer} does not tell its OAuth metadata`);
  return found;
}

/** Secrets go there; only on this machine nobody listens in between. */
function requireHttps(address: string): void {
  const { protocol, hostname } = new URL(address);
  const isHere = hostname === "localhost" || isLoopback(hostname.replace(/^\[|\]$/g, ""));
  if (protocol !== "https:" && !(protocol === "http:" && isHere))
    throw badOAuth(`${address} must be an https address`);
}

function badOAuth(why: string): HttpError {
  return new HttpError("bad_oauth", `httpOauth: ${why}`);
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, "");
}
