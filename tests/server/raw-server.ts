// The real server, spoken to by hand over its pipes: everything it writes is kept and held to the form.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { bin } from "./session.js";

export type Id = string | number;

export interface Message {
  jsonrpc: string;
  id?: Id;
  method?: string;
  params?: { progressToken?: Id; message?: string };
  result?: unknown;
  error?: { code: number; message: string };
}

export class RawServer {
  readonly process: ChildProcessWithoutNullStreams;
  readonly messages: Message[] = [];
  /** lines on stdout that are no JSON-RPC */
  readonly strays: string[] = [];
  readonly #listeners = new Set<(message: Message) => void>();
  #ids = 1000;

  constructor(env: Record<string, string>) {
    this.process = spawn(process.execPath, [bin, "serve", "--log-level", "trace"], {
      env: { ...process.env, MAKEANYTHING_THREADS: "1", ...env },
      stdio: "pipe",
    });
    this.process.stderr.resume();
    this.process.stdin.on("error", () => {}); // it may be killed
    createInterface(this.process.stdout).on("line", (line) => this.#take(line));
  }

  async open(): Promise<this> {
    await this.ask("initialize", {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "test", version: "1" },
    });
    this.send({ method: "notifications/initialized" });
    return this;
  }

  send(message: object): void {
    this.process.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  /** Asks, and waits for the answer. */
  async ask(method: string, params: object, id: Id = this.#ids++): Promise<Message> {
    this.send({ id, method, params });
    return this.until((message) => message.id === id && message.method === undefined);
  }

  /** Calls a tool; the id is the progress token too. */
  call(name: string, input: object, id: Id = this.#ids++): Promise<Message> {
    return this.ask("tools/call", callParams(name, input, id), id);
  }

  /** The first message, past or to come, that is meant. */
  async until(is: (message: Message) => boolean): Promise<Message> {
    return (
      this.messages.find(is) ??
      new Promise((resolve) => {
        const listener = (message: Message) => {
          if (!is(message)) return;
          this.#listeners.delete(listener);
          resolve(message);
        };
        this.#listeners.add(listener);
      })
    );
  }

  /** Waits until a call tells that it is at something. */
  progress(id: Id, doing: RegExp): Promise<Message> {
    return this.until(
      ({ params }) => params?.progressToken === id && doing.test(params.message ?? ""),
    );
  }

  /** Answers to an id; more than one is a fault. */
  answers(id: Id): Message[] {
    return this.messages.filter((message) => message.id === id && message.method === undefined);
  }

  /** Closes stdin. Gives how long the server took to end after that, in ms. */
  async end(): Promise<number> {
    const startedAt = performance.now();
    const exited = once(this.process, "exit");
    this.process.stdin.end();
    await exited;
    return performance.now() - startedAt;
  }

  #take(line: string): void {
    const message = parse(line);
    if (message === undefined) this.strays.push(line);
    else {
      this.messages.push(message);
      for (const listener of this.#listeners) listener(message);
    }
  }
}

export function callParams(name: string, input: object, progressToken: Id): object {
  return { name, arguments: input, _meta: { progressToken } };
}

export function resultOf({ result, error }: Message): CallToolResult {
  if (error) throw new Error(error.message);
  return result as CallToolResult;
}

function parse(line: string): Message | undefined {
  try {
    const message = JSON.parse(line) as Message;
    return message.jsonrpc === "2.0" ? message : undefined;
  } catch {
    return undefined;
  }
}
