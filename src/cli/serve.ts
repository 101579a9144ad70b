// `makeanything serve`: MCP over stdin and stdout, logs to stderr.
import { readFileSync } from "node:fs";
import path from "node:path";
import { pino } from "pino";
import { configFrom, contextFrom, type Flags } from "./settings.js";
import { packageRoot } from "../config.js";
import { serveStdio } from "../server/index.js";

export async function serve(flags: Flags): Promise<void> {
  const config = configFrom(flags);
  const log = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: true }));
  const context = await contextFrom(config, {
    onLog: (text) => log.info({ text }, "from a child"),
  });
  const { previewBudgetBytes, previewSidePx } = config;
  await serveStdio({
    context,
    settings: { previewBudgetBytes, previewSidePx },
    log,
    version: version(),
    close: () => context.close(),
  });
}

function version(): string {
  const text = readFileSync(path.join(packageRoot(), "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
