// A hub on this machine: one server that knows repositories, and another, as the real one has, that sends
// the bytes of large files and must never see a token.
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, expect } from "vitest";

/** Answers a request in another way and says true; else it is answered as usual. */
type Interference = (request: IncomingMessage, response: ServerResponse) => boolean;

export const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const CHUNK = 64 * 1024;

export class HubServer {
  commit = COMMIT;
  /** by repository and path */
  readonly files = new Map<string, Buffer>();
  readonly gated = new Set<string>();
  /** the only token with access to what is gated */
  token = "hf_good";
  atHub: Interference = () => false;
  atBlobs: Interference = () => false;
  /** of the blob host */
  knowsRanges = true;
  /** a blob answer breaks off after so many bytes */
  breaksAfter = Infinity;
  /** between two chunks of a blob, in ms */
  pauseMs = 0;
  /** what is done to the bytes on their way */
  spoil: (bytes: Buffer) => Buffer = (bytes) => bytes;
  blobTag: (bytes: Buffer) => string = (bytes) => `"blob-${sha256(bytes).slice(0, 12)}"`;
  /** how often each was asked */
  asked = { hub: 0, blobs: 0 };
  sentBytes = 0;
  leaks: string[] = [];
  readonly #hub = createServer((request, response) => this.#answer(request, response));
  readonly #blobs = createServer((request, response) => void this.#sendBlob(request, response));

  async open(): Promise<this> {
    for (const server of [this.#hub, this.#blobs]) {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
    }
    return this;
  }

  close(): void {
    for (const server of [this.#hub, this.#blobs]) {
      server.close();
      server.closeAllConnections();
    }
  }

  get endpoint(): string {
    return address(this.#hub);
  }

  /** Bytes that nobody has seen before, as a file of the hub. */
  add(repository: string, path: string, sizeBytes: number): Buffer {
    const bytes = randomBytes(sizeBytes);
    this.files.set(`${repository}/${path}`, bytes);
    return bytes;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.asked.hub++;
    if (this.atHub(request, response)) return;
    const [, repository = "", , path = ""] =
      /^\/([^/]+\/[^/]+)\/resolve\/(main|[0-9a-f]{40})\/(.+)$/.exec(request.url!) ?? [];
    const bytes = this.files.get(`${repository}/${path}`);
    if (this.gated.has(repository) && request.headers.authorization !== `Bearer ${this.token}`)
      return void refuse(response, request.headers.authorization ? 403 : 401, "GatedRepo");
    if (bytes === undefined) return void refuse(response, 404, "EntryNotFound");
    response.setHeader("x-repo-commit", this.commit);
    if (path.endsWith(".json")) return this.#sendSmall(bytes, request, response);
    response.setHeader("x-linked-etag", `"${sha256(bytes)}"`);
    response.setHeader("x-linked-size", bytes.length);
    response.setHeader("location", `${address(this.#blobs)}/${repository}/${path}`);
    response.writeHead(302).end();
  }

  /** Small files come from the hub itself, by way of another address there. */
  #sendSmall(bytes: Buffer, request: IncomingMessage, response: ServerResponse): void {
    response.setHeader("etag", `"${gitHash(bytes)}"`);
    response.setHeader("content-length", bytes.length);
    response.writeHead(200).end(request.method === "HEAD" ? undefined : bytes);
  }

  async #sendBlob(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked.blobs++;
    if (request.headers.authorization !== undefined) this.leaks.push(request.url!);
    if (this.atBlobs(request, response)) return;
    const bytes = this.files.get(request.url!.slice(1))!;
    const tag = this.blobTag(bytes);
    const guard = request.headers["if-range"];
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    const isPart = this.knowsRanges && from !== undefined && (guard === undefined || guard === tag);
    const begin = isPart ? Number(from) : 0;
    const end = isPart ? Number(to) + 1 : bytes.length;
    response.setHeader("etag", tag);
    response.setHeader("content-length", end - begin);
    if (isPart) response.setHeader("content-range", `bytes ${begin}-${end - 1}/${bytes.length}`);
    response.writeHead(isPart ? 206 : 200);
    const body = this.spoil(bytes).subarray(begin, end);
    for (let at = 0; at < body.length && !response.destroyed; at += CHUNK) {
      if (at >= this.breaksAfter) return void response.destroy();
      const chunk = body.subarray(at, at + CHUNK);
      this.sentBytes += chunk.length;
      if (!response.write(chunk)) await once(response, "drain").catch(() => {});
      if (this.pauseMs > 0) await sleep(this.pauseMs);
    }
    response.end();
  }
}

/** Hubs that are closed after the file; a token that went where it must not fails its test. */
export function hubs(): () => Promise<HubServer> {
  const opened: HubServer[] = [];
  afterEach(() => expect(opened.flatMap(({ leaks }) => leaks.splice(0))).toEqual([]));
  afterAll(() => opened.forEach((server) => server.close()));
  return async () => {
    const server = await new HubServer().open();
    opened.push(server);
    return server;
  };
}

export function refuse(
  response: ServerResponse,
  status: number,
  code?: string,
  headers: Record<string, string> = {},
): true {
  response.writeHead(status, { ...headers, ...(code !== undefined && { "x-error-code": code }) });
  response.end();
  return true;
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function gitHash(bytes: Buffer): string {
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

function address(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
