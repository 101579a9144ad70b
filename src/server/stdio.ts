// The server over stdin and stdout, and its end: when stdin closes, at SIGTERM or at SIGINT, the
// children go first. stdout carries the protocol; everything else goes to stderr.
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { ErrorCode } from "@modelcontextprotocol/sdk/types.js";
import { errorRecord } from "./error-record.js";
import { LineLimit } from "./line-limit.js";
import { createServer, type ServerOptions } from "./server.js";

/** A `data:` picture of 64 MiB would take 86 MiB; nobody sends one through a model. */
const MAX_MESSAGE_BYTES = 32 * 2 ** 20;

/** Serves until the client is gone. @param options.close - ends the children */
export async function serveStdio({
  close,
  ...options
}: ServerOptions & { close: () => Promise<void> }): Promise<void> {
  const { log } = options;
  const server = createServer({ ...options, isLocal: true });
  const input = new LineLimit(MAX_MESSAGE_BYTES, (id) => {
    log.warn({ id, maxBytes: MAX_MESSAGE_BYTES }, "dropped a message that is too long");
    if (id === undefined) return;
    const message = `the message is longer than ${MAX_MESSAGE_BYTES / 2 ** 20} MiB; give pictures as a path`;
    transport
      .send({ jsonrpc: "2.0", id, error: { code: ErrorCode.InvalidRequest, message } })
      .catch((error: unknown) => log.warn(errorRecord(error), "could not answer"));
  });
  const transport = new StdioServerTransport(input, process.stdout, {
    // The guard before it is what limits a message; a chunk may hold several.
    maxBufferSize: Number.POSITIVE_INFINITY,
  });
  server.server.onerror = (error) => log.warn(errorRecord(error), "protocol error");

  const ended = new Promise<string>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
      process.once(signal, () => resolve(signal));
    process.stdin.once("end", () => resolve("end of stdin"));
    process.stdin.once("close", () => resolve("end of stdin"));
    // The client's end of the pipe is gone.
    process.stdout.on("error", (error) => resolve(error.message));
  });
  process.stdin.pipe(input);
  await server.connect(transport);
  log.info("serving");

  const reason = await ended;
  log.info({ reason }, "ending");
  await server.close();
  await close();
  process.stdin.unpipe(input);
  process.stdin.destroy();
}
