// `makeanything serve`: MCP over stdin and stdout, logs to stderr.
import { pino } from "pino";
import { configFrom, contextFrom, type Flags } from "./settings.js";
import { serveStdio } from "../server/index.js";

export async function serve(flags: Flags, version: string): Promise<void> {
  const settings = configFrom(flags);
  const log = pino({ level: settings.logLevel }, pino.destination({ dest: 2, sync: true }));
  const context = await contextFrom(settings, {
    onLog: (text) => log.info({ text }, "from a child"),
  });
  await serveStdio({ context, settings, log, version, close: () => context.close() });
}
