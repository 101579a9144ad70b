// Whom a request believes it talks to, and which page sends it. A page of the web can make a browser
// send requests here under a name of its own (DNS rebinding): only names that are ours are answered.
import type { Request, RequestHandler } from "express";
import { isLoopback, isSameIp } from "./address.js";
import { Refusal } from "./refusal.js";

export interface Names {
  /** host names, without port, beside this machine's own addresses */
  hosts?: readonly string[] | undefined;
  /** pages of elsewhere that may use this server, as https://example.org */
  origins?: readonly string[] | undefined;
}

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/;

export function checkHost({ hosts = [] }: Names): RequestHandler {
  const ours = new Set(["localhost", ...hosts.map((host) => host.toLowerCase())]);

  function isOurs({ headers, socket }: Request): boolean {
    const [, bracketed = ""] = HOST.exec(headers.host?.toLowerCase() ?? "") ?? [];
    const name = bracketed.replace(/^\[|\]$/g, "");
    if (ours.has(name) || isLoopback(name)) return true;
    return socket.localAddress !== undefined && isSameIp(name, socket.localAddress);
  }

  return (req, _res, next) => {
    if (!isOurs(req))
      throw new Refusal(
        403,
        "this server is not known by that Host; its owner can add the name to httpHosts",
      );
    // An address in place of a path would be believed further in.
    if (!req.url.startsWith("/")) throw new Refusal(400, "the request must name a path");
    next();
  };
}

/** A request without an Origin comes from no page. */
export function checkOrigin({ origins = [] }: Names): RequestHandler {
  const known = new Set(origins);
  return (req, res, next) => {
    const { origin, host = "" } = req.headers;
    if (origin === undefined || isSamePlace(origin, host)) return next();
    if (!known.has(origin))
      throw new Refusal(
        403,
        "pages of that Origin may not use this server; its owner can add it to httpOrigins",
      );
    res.set({
      "Access-Control-Allow-Origin": origin,
      "Access-Control-Expose-Headers": "Mcp-Session-Id, Retry-After, WWW-Authenticate",
      Vary: "Origin",
    });
    if (req.method !== "OPTIONS") return next();
    res.set({
      "Access-Control-Allow-Methods": "GET, POST, DELETE",
      "Access-Control-Allow-Headers":
        "Accept, Authorization, Content-Type, Last-Event-ID, Mcp-Protocol-Version, Mcp-Session-Id",
      "Access-Control-Max-Age": "600",
    });
    res.status(204).end();
  };
}

function isSamePlace(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
