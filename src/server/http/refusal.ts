// What a request is told that gets no answer: always JSON, in the form of the protocol, and never where
// in our code something broke.
import type { ServerResponse } from "node:http";
import { ErrorCode } from "@modelcontextprotocol/sdk/types.js";
import type { ErrorRequestHandler } from "express";
import type { Logger } from "pino";
import { errorRecord } from "../error-record.js";

/** What the protocol calls an error, where it does. */
const CODES: Record<number, number> = {
  400: ErrorCode.InvalidRequest,
  404: -32001,
  500: ErrorCode.InternalError,
};
const OTHER_CODE = -32000;

interface RefusalOptions {
  headers?: Record<string, string>;
  /** of JSON-RPC */
  code?: number;
}

/** The message is for whoever sent the request. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly code: number;

  constructor(status: number, message: string, { headers = {}, code }: RefusalOptions = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
    this.code = code ?? CODES[status] ?? OTHER_CODE;
  }

  get body(): string {
    return JSON.stringify({
      jsonrpc: "2.0",
      error: { code: this.code, message: this.message },
      id: null,
    });
  }
}

/** @param seconds - after which it may go better */
export function refuseForNow(status: 429 | 503, message: string, seconds: number): Refusal {
  return new Refusal(status, message, { headers: { "Retry-After": String(seconds) } });
}

export function sendRefusal(res: ServerResponse, { status, headers, body }: Refusal): void {
  const length = Buffer.byteLength(body);
  res.writeHead(status, {
    ...headers,
    "Content-Type": "application/json",
    "Content-Length": length,
  });
  res.end(body);
}

/** The last of the handlers. */
export function answerErrors(log: Logger): ErrorRequestHandler {
  return (error: unknown, _req, res, _next) => {
    if (res.headersSent || res.destroyed) return void res.destroy();
    sendRefusal(res, toRefusal(error, log));
  };
}

function toRefusal(error: unknown, log: Logger): Refusal {
  if (error instanceof Refusal) return error;
  const status = error instanceof Error && "status" in error ? Number(error.status) : 500;
  if (status >= 400 && status < 500) return new Refusal(status, "the request cannot be understood");
  log.error(errorRecord(error), "a request failed");
  return new Refusal(500, "something went wrong in this server; its log says where");
}
