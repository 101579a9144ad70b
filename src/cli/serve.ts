// `makeanything serve`: MCP over stdin and stdout, or over HTTP; logs to stderr.
import { pino } from "pino";
import { configFrom, contextFrom, type Flags } from "./settings.js";
import { type Config, SECRET_VARIABLES, tokensOf } from "../config.js";
import { createJobs } from "../procedures/index.js";
import type { Limits } from "../server/http/index.js";
import { serveStdio } from "../server/index.js";

export interface ServeFlags extends Flags {
  /** where to listen; true: at the usual address */
  http?: string | true;
}

export async function serve({ http, ...flags }: ServeFlags, version: string): Promise<void> {
  const settings = configFrom(flags);
  const tokens = tokensOf(settings);
  for (const name of SECRET_VARIABLES) delete process.env[name];
  const log = pino({ level: settings.logLevel }, pino.destination({ dest: 2, sync: true }));
  const context = await contextFrom(settings, {
    onLog: (text) => log.info({ text }, "from a child"),
  });
  const { queueLimit, httpJobsPerCaller: ownerLimit } = settings;
  const jobs = createJobs({ ...context, queueLimit, ...(ownerLimit && { ownerLimit }) });
  const close = async () => {
    await jobs.close();
    await context.close();
  };
  const options = { context, jobs, settings, log, version, close };
  if (http === undefined) return serveStdio(options);
  const { parseAddress, serveHttp, USUAL } = await import("../server/http/index.js");
  const { httpHosts: hosts, httpOrigins: origins, httpOauth: oauth } = settings;
  const address = http === true ? USUAL : parseAddress(http);
  await serveHttp({
    ...options,
    address,
    tokens,
    oauth,
    hosts,
    origins,
    limits: limitsOf(settings),
  });
}

function limitsOf({
  httpSessions: sessions,
  httpIdleMinutes: idleMinutes,
  httpRequestsPerMinute: perMinute,
}: Config): Partial<Limits> {
  return {
    ...(sessions && { sessions }),
    ...(idleMinutes && { idleMs: 60_000 * idleMinutes }),
    ...(perMinute && { perMinute }),
  };
}
