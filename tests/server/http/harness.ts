// An HTTP server in this process, whose sessions open a small MCP server, and plain requests to it.
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import {
  createHttpServer,
  type HttpServer,
  type HttpServerOptions,
} from "#src/server/http/index.js";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { z } from "zod";

export const ANN = { name: "ann", token: "ann-has-a-token-of-her-own" };
export const BOB = { name: "bob", token: "bob-has-a-token-of-his-own" };
export const silent = pino({ level: "silent" });

export interface Started {
  url: string;
  server: HttpServer;
}

/** It is closed after the test. */
export async function start(options: Partial<HttpServerOptions> = {}): Promise<Started> {
  const server = await createHttpServer({ openServer: openToy, log: silent, ...options });
  onTestFinished(() => server.close({ signal: AbortSignal.abort() }));
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  return { url, server };
}

/** What `slow` waits for. */
export class Gate {
  open: () => void = () => {};
  readonly opened = new Promise<void>((resolve) => (this.open = resolve));
}

/** @param gate - `slow` says "begun", and answers when it opens */
export function openToy(_: unknown, gate = new Gate()): McpServer {
  const server = new McpServer({ name: "toy", version: "1" });
  const inputSchema = { text: z.string() };
  server.registerTool("echo", { inputSchema }, ({ text }) => ({
    content: [{ type: "text", text }],
  }));
  server.registerTool("slow", {}, async ({ _meta, sendNotification }) => {
    const progressToken = _meta?.progressToken ?? 0;
    const params = { progressToken, progress: 1, message: "begun" };
    await sendNotification({ method: "notifications/progress", params });
    await gate.opened;
    return { content: [{ type: "text", text: "at last" }] };
  });
  return server;
}

/** As much of an answer as the tests look at. */
export interface Json {
  id?: number | null;
  error?: string | { code: number; message: string };
  result?: { tools?: { name: string }[]; content?: { text: string }[] };
  status?: string;
  resource?: string;
}

export interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  text: string;
  /** the body, or what the events of a stream say */
  json: Json | undefined;
}

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** The answer as soon as its headers are there; whoever takes it reads it, or destroys it. */
export async function open(url: string, { method, headers, body }: Sent): Promise<IncomingMessage> {
  const sent = request(url, { method: method ?? "GET", headers, agent: false });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return response.setEncoding("utf8");
}

export async function send(url: string, sent: Sent = {}): Promise<Answer> {
  const response = await open(url, sent);
  let text = "";
  for await (const chunk of response) text += chunk;
  const { statusCode: status = 0, headers } = response;
  const isStream = headers["content-type"] === "text/event-stream";
  return { status, headers, text, json: isStream ? events(text).at(-1)?.data : parse(text) };
}

export function events(text: string): { id: string; data: Json | undefined }[] {
  return text.split("\n\n").flatMap((block) => {
    const id = /^id: (.*)$/m.exec(block)?.[1];
    const data = /^data: (.*)$/m.exec(block)?.[1];
    return id === undefined ? [] : [{ id, data: data ? (JSON.parse(data) as Json) : undefined }];
  });
}

function parse(text: string): Json | undefined {
  return text === "" ? undefined : (JSON.parse(text) as Json);
}

/** The headers of a message. */
export function from(token?: string, session?: string): Record<string, string> {
  return {
    "Content-Type": "application/json",
    Accept: "application/json, text/event-stream",
    "Mcp-Protocol-Version": "2025-11-25",
    ...(token && { Authorization: `Bearer ${token}` }),
    ...(session && { "Mcp-Session-Id": session }),
  };
}

export function message(method: string, params: object = {}, id: number | undefined = 1): string {
  return JSON.stringify({ jsonrpc: "2.0", id, method, params });
}

export const INITIALIZE = message("initialize", {
  protocolVersion: "2025-11-25",
  capabilities: {},
  clientInfo: { name: "test", version: "1" },
});

export function initialize(url: string, token?: string): Promise<Answer> {
  return send(url, { method: "POST", headers: from(token), body: INITIALIZE });
}

/** The id of a new session. */
export async function begin(url: string, token?: string): Promise<string> {
  const { headers } = await initialize(url, token);
  return String(headers["mcp-session-id"]);
}

export function call(url: string, headers: Record<string, string>, text = "hi"): Promise<Answer> {
  const body = message("tools/call", { name: "echo", arguments: { text } });
  return send(url, { method: "POST", headers, body });
}
