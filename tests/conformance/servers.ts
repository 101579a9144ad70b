// What the suite is run against: our server as people start it, and the same HTTP server with fixtures.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { createHttpServer } from "#src/server/http/index.js";
import { pino } from "pino";
import { createFixtureServer } from "./fixtures.js";
import { bin } from "../server/session.js";

export interface Running {
  url: string;
  stop(): Promise<void>;
}

export async function startFixtures(): Promise<Running> {
  const log = pino({ level: "silent" });
  const server = await createHttpServer({ openServer: createFixtureServer, log });
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  return { url, stop: () => server.close() };
}

export async function startProduction(dataDir: string): Promise<Running> {
  const server = spawn(process.execPath, [bin, "serve", "--http", "127.0.0.1:0"], {
    env: { ...process.env, MAKEANYTHING_HOME: dataDir },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(server, "exit");
  let log = "";
  for await (const line of createInterface(server.stderr)) {
    log += `${line}\n`;
    const url = /"url":"([^"]+)"/.exec(line)?.[1];
    if (url === undefined) continue;
    server.stderr.resume();
    const stop = async () => {
      server.kill();
      await exited;
    };
    return { url, stop };
  }
  throw new Error(`the server did not start: ${log}`);
}
