// A small internet that means no good: an https server at 127.0.0.1, which tests call public, and the
// same at 127.0.0.2, which stands for what only this machine can reach.
import { readFileSync } from "node:fs";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { Network } from "#src/sources/ask.js";
import { afterAll } from "vitest";

const fixture = (name: string) =>
  readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8");
const [key, cert] = [fixture("key.pem"), fixture("cert.pem")];

export const PUBLIC = "127.0.0.1";
export const PRIVATE = "127.0.0.2";

export interface HostileWeb extends Network {
  /** at the public address, under any name that ends so */
  url(path: string, host?: string): string;
  /** requests that reached the private address */
  reached: string[];
  /** by name, what the name server answers: the last answer for ever */
  names: Map<string, string[][]>;
  /** headers of the requests that came */
  asked: IncomingMessage["headers"][];
}

export async function openHostileWeb(
  answer: (request: IncomingMessage, response: ServerResponse, web: HostileWeb) => void,
): Promise<HostileWeb> {
  const names = new Map([["pictures.test", [[PUBLIC]]]]);
  const [reached, asked]: [string[], IncomingMessage["headers"][]] = [[], []];
  const web: HostileWeb = {
    ca: cert,
    names,
    reached,
    asked,
    isPublic: (address) => address === PUBLIC,
    async resolve(hostname) {
      if (/^[\d.]+$/.test(hostname)) return [{ address: hostname, family: 4 }];
      const answers = names.get(hostname) ?? [[]];
      const now = answers.length > 1 ? answers.shift()! : answers[0]!;
      return now.map((address) => ({ address, family: 4 }));
    },
    url: (path, host = "pictures.test") => `https://${host}:${port}${path}`,
  };
  const open = await listen(PUBLIC, 0, (request, response) => {
    asked.push(request.headers);
    answer(request, response, web);
  });
  const { port } = open.address() as AddressInfo;
  await listen(PRIVATE, port, (request, response) => {
    reached.push(request.url!);
    response.end("secret");
  });
  return web;
}

function listen(host: string, port: number, listener: RequestListener): Promise<Server> {
  const server = createServer({ key, cert }, listener);
  afterAll(() => void (server.close(), server.closeAllConnections()));
  return new Promise((resolve) => server.listen(port, host, () => resolve(server)));
}
