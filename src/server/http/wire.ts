// What never becomes a request: bytes that are no HTTP, headers that are too long, methods of proxies.
// Node would hang up or send an empty answer.
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { Refusal, sendRefusal } from "./refusal.js";

const REASONS: Record<string, Refusal> = {
  HPE_HEADER_OVERFLOW: new Refusal(431, "the headers are too long"),
  ERR_HTTP_REQUEST_TIMEOUT: new Refusal(408, "the request did not come to its end in time"),
};

export function answerOnTheWire(server: Server): void {
  /** those that carry an answer, in which nothing else may stand */
  const busy = new WeakSet<Duplex>();
  const carry = ({ socket }: IncomingMessage, res: ServerResponse) => {
    busy.add(socket);
    res.once("close", () => busy.delete(socket));
  };
  server.on("request", carry);
  server.on("checkExpectation", (req, res) => {
    carry(req, res);
    sendRefusal(res, new Refusal(417, "only 100-continue can be expected"));
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (busy.has(socket)) return void socket.destroy();
    hangUp(socket, REASONS[error.code ?? ""] ?? new Refusal(400, "this is no HTTP request"));
  });
  server.on("connect", (_req, socket) => hangUp(socket, new Refusal(405, "this is no proxy")));
}

function hangUp(socket: Duplex, { status, body }: Refusal): void {
  if (!socket.writable) return void socket.destroy();
  const head = [
    `HTTP/1.1 ${status} Refused`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}
