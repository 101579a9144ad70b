// A local endpoint that answers as it is told: a text, an HTTP refusal, late, or not at all.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll } from "vitest";

export interface Asked {
  authorization: string | undefined;
  url: string;
  body: { model: string; messages: Message[]; response_format?: unknown };
}

interface Message {
  role: string;
  content: string | { type: string; text?: string; image_url?: { url: string } }[];
}

export type Reply =
  | string
  | { status: number; headers?: Record<string, string>; body?: string; afterMs?: number }
  | "hang up"
  | "silence";

/** @param replies - one for each request in turn, the last for all after it */
export async function endpointThat(
  ...replies: (Reply | ((asked: Asked) => Reply))[]
): Promise<{ endpoint: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { authorization } = request.headers;
    const body = JSON.parse(await text(request)) as Asked["body"];
    asked.push({ authorization, url: request.url ?? "", body });
    const next = replies[Math.min(asked.length, replies.length) - 1]!;
    const reply = typeof next === "function" ? next(asked.at(-1)!) : next;
    if (reply === "silence") return;
    if (reply === "hang up") return void request.socket.destroy();
    if (typeof reply === "string")
      return void response.end(JSON.stringify({ choices: [{ message: { content: reply } }] }));
    const { status, headers, body: said, afterMs = 0 } = reply;
    setTimeout(() => response.writeHead(status, headers).end(said), afterMs);
  }
}
