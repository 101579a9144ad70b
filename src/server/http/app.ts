// What happens to a request, from the door inwards: who is meant, who asks and how often, and then the
// session. No body parser of express's, whose errors are pages.
import { isInitializeRequest } from "@modelcontextprotocol/sdk/types.js";
import express, { type Express, type Request, type RequestHandler } from "express";
import type { Logger } from "pino";
import { neighbourhood } from "./address.js";
import { isLocal, ownerOf, requireCaller } from "./auth.js";
import { Bodies } from "./body.js";
import type { Clock } from "./clock.js";
import { checkHost, checkOrigin, type Names } from "./hosts.js";
import type { Limits } from "./limits.js";
import type { Metrics } from "./metrics.js";
import type { OAuth } from "./oauth.js";
import { RateLimit } from "./rate.js";
import { answerErrors, refuseForNow, Refusal } from "./refusal.js";
import type { Sessions } from "./sessions.js";
import type { NamedToken } from "./tokens.js";

export interface AppOptions {
  sessions: Sessions;
  names: Names;
  tokens: readonly NamedToken[];
  oauth: OAuth | undefined;
  metrics: Metrics;
  limits: Limits;
  now: Clock;
  log: Logger;
}

const METHODS = ["GET", "POST", "DELETE"];

export function createApp(options: AppOptions): Express {
  const { sessions, names, oauth, metrics, limits, now, log } = options;
  const fromCaller = requireCaller(options);
  const app = express();
  for (const setting of ["x-powered-by", "etag", "query parser"]) app.set(setting, false);
  app.set("trust proxy", "loopback"); // one on this machine says for whom it asks

  app.use(metrics.observe);
  app.use(checkHost(names));
  app.use(limitRate(({ ip }) => neighbourhood(ip), "address"));
  if (oauth) app.use(oauth.metadata);
  app.use(checkOrigin(names));
  app.get("/health", tellHealth(sessions, now));
  app.get("/metrics", fromHereOr(fromCaller), async (_req, res) => {
    res.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  app.all(
    "/mcp",
    fromCaller,
    limitRate(ownerOf, "caller"),
    serveSessions(sessions, new Bodies(limits)),
  );
  app.use(() => {
    throw new Refusal(404, "there is nothing here; MCP is spoken at /mcp");
  });
  app.use(answerErrors(log));
  return app;

  /** @param keyOf - who is counted together; undefined: nobody is */
  function limitRate(
    keyOf: (req: Request) => string | undefined,
    by: "address" | "caller",
  ): RequestHandler {
    const rate = new RateLimit(limits.perMinute, now);
    return (req, _res, next) => {
      const key = keyOf(req);
      const waitS = key === undefined ? 0 : rate.take(key);
      if (waitS === 0) return next();
      metrics.onRefused(by);
      throw refuseForNow(429, `at most ${limits.perMinute} requests a minute`, waitS);
    };
  }
}

function serveSessions(sessions: Sessions, bodies: Bodies): RequestHandler {
  return async (req, res) => {
    if (!METHODS.includes(req.method))
      throw new Refusal(405, "need GET, POST or DELETE", {
        headers: { Allow: METHODS.join(", ") },
      });
    const caller = { owner: ownerOf(req) };
    const id = req.headers["mcp-session-id"];
    const found = typeof id === "string" ? sessions.find(id, caller) : undefined;
    const body = req.method === "POST" ? await bodies.read(req) : undefined;
    if (found === undefined && !isInitializeRequest(body))
      throw new Refusal(400, "need the Mcp-Session-Id that initialize was answered with");
    const session = found ?? (await sessions.open(caller));
    await session.handle(req, res, body);
  };
}

function tellHealth(sessions: Sessions, now: Clock): RequestHandler {
  const startedAtMs = now();
  return (_req, res) => {
    const uptimeSeconds = Math.floor((now() - startedAtMs) / 1000);
    const status = sessions.isEnding ? "ending" : "ok";
    res.status(status === "ok" ? 200 : 503).json({ status, uptimeSeconds });
  };
}

function fromHereOr(fromCaller: RequestHandler): RequestHandler {
  return (req, res, next) => (isLocal(req) ? next() : fromCaller(req, res, next));
}
