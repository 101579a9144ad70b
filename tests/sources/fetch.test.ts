// A server that lies, stalls, floods and redirects, and a name server that changes its mind.
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { fetchPicture } from "#src/sources/fetch.js";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type HostileWeb, openHostileWeb, PRIVATE, PUBLIC } from "./hostile-web.js";

const limits = { sizeBytes: 100_000, totalMs: 2000, redirects: 5 };
const picture = Buffer.alloc(50_000, "p");
let web: HostileWeb;

beforeAll(async () => {
  web = await openHostileWeb((request, response, { url }) => {
    const [, what, rest = ""] = /^\/(\w+)\/?(.*)$/.exec(request.url!)!;
    const redirect = (location: string) => response.writeHead(302, { location }).end();
    switch (what) {
      case "picture":
        return response
          .writeHead(200, { "set-cookie": "id=1", "content-type": "text/html" })
          .end(picture);
      case "to":
        return redirect(decodeURIComponent(rest));
      case "hops":
        return redirect(rest === "0" ? "/picture" : `/hops/${Number(rest) - 1}`);
      case "cookie":
        return response.writeHead(307, { location: url("/picture"), "set-cookie": "id=1" }).end();
      case "missing":
        return response.writeHead(404).end("no");
      case "nowhere":
        return response.writeHead(302).end();
      case "drip": {
        response.writeHead(200);
        const timer = setInterval(() => response.write("."), 100);
        return response.on("close", () => clearInterval(timer));
      }
      case "stall":
        return;
      case "endless": {
        const more = () => {
          while (!response.destroyed && response.write(picture));
        };
        more();
        return response.on("drain", more);
      }
      case "big":
        return response.writeHead(200, { "content-length": 10 ** 12 }).flushHeaders();
      case "short":
        response.writeHead(200, { "content-length": 60_000 }).write(picture);
        return setTimeout(() => response.destroy(), 50);
      case "long":
        response.writeHead(200, { "content-length": 10 });
        return response.socket!.end(picture);
      default:
        return response.destroy();
    }
  });
});
beforeEach(() => void (web.asked.length = 0));

const fetch = (path: string, host?: string) =>
  fetchPicture(web.url(path, host), { limits, network: web });
const failure = (code: string, words: RegExp) =>
  expect.objectContaining({ name: "SourceError", code, message: expect.stringMatching(words) });

describe("a picture of the web", () => {
  test("is the bytes that were sent, whatever type they are said to have", async () => {
    expect(picture.equals(await fetch("/picture"))).toBe(true);
  });

  test("is found behind as many redirects as are allowed, and no more", async () => {
    expect(await fetch("/hops/4")).toHaveLength(picture.length);
    await expect(fetch("/hops/5")).rejects.toEqual(failure("bad_url", /more than 5 times/));
  });

  test("may lie at an address without a name", async () => {
    expect(await fetch("/picture", PUBLIC)).toHaveLength(picture.length);
  });

  test("is asked for without cookie, credentials, referrer and compression", async () => {
    await fetch("/cookie");
    const allowed = new Set(["accept", "accept-encoding", "connection", "host", "user-agent"]);
    expect(web.asked).toHaveLength(2);
    for (const headers of web.asked)
      expect(Object.keys(headers).filter((name) => !allowed.has(name))).toEqual([]);
    expect(web.asked[1]!["accept-encoding"]).toBe("identity");
  });
});

describe("what only this machine can reach", () => {
  const refused = failure("not_public", /not on the public internet/);

  test.each([
    ["by address", () => web.url("/", PRIVATE)],
    ["by a name", () => web.url("/", "inner.pictures.test")],
    ["where one of a name's addresses is public", () => web.url("/", "both.pictures.test")],
    ["where a name has no address", () => web.url("/", "none.pictures.test")],
    [
      "behind a redirect to the address",
      () => web.url(`/to/${encodeURIComponent(web.url("/", PRIVATE))}`),
    ],
    [
      "behind a redirect to a name",
      () => web.url(`/to/${encodeURIComponent(web.url("/", "inner.pictures.test"))}`),
    ],
    [
      "behind a redirect without a scheme",
      () => web.url(`/to/${encodeURIComponent(`//${PRIVATE}:${new URL(web.url("/")).port}/`)}`),
    ],
  ])("is not asked, %s", async (_, address) => {
    web.names.set("inner.pictures.test", [[PRIVATE]]);
    web.names.set("both.pictures.test", [[PUBLIC, PRIVATE]]);
    await expect(fetchPicture(address(), { limits, network: web })).rejects.toEqual(refused);
    expect(web.reached).toEqual([]);
  });

  test("is not reached by a name that moves there after it was judged", async () => {
    web.names.set("moving.pictures.test", [[PUBLIC], [PRIVATE]]);
    expect(await fetch("/picture", "moving.pictures.test")).toHaveLength(picture.length);
    await expect(fetch("/picture", "moving.pictures.test")).rejects.toEqual(refused);
    expect(web.reached).toEqual([]);
  });

  test("is not reached by a name that moves there for the second of two requests", async () => {
    web.names.set("moving.pictures.test", [[PUBLIC], [PRIVATE]]);
    await expect(fetch("/hops/1", "moving.pictures.test")).rejects.toEqual(refused);
    expect(web.reached).toEqual([]);
  });

  test("is not reached with the resolver and the judgement that are used outside tests", async () => {
    for (const host of [
      "localhost",
      "127.0.0.1",
      "[::1]",
      "0x7f.1",
      "2130706433",
      "[::ffff:127.0.0.1]",
      "169.254.169.254",
    ])
      await expect(fetchPicture(`https://${host}/`)).rejects.toEqual(refused);
  });
});

describe("a server that means no good", () => {
  test.each([
    ["drips", "/drip", "too_slow", /within 2 s/],
    ["says nothing", "/stall", "too_slow", /within 2 s/],
    ["never ends", "/endless", "too_large", /larger than/],
    ["announces too much", "/big", "too_large", /larger than/],
    ["sends less than it announced", "/short", "unreachable", /ECONNRESET/],
    ["answers no file", "/missing", "unreachable", /404/],
    ["hangs up", "/nothing", "unreachable", /cannot be read/],
    ["redirects to nowhere", "/nowhere", "bad_url", /redirect from pictures\.test/],
    [
      "redirects to plain http",
      "/to/http%3A%2F%2Fpictures.test%2F",
      "bad_url",
      /http:, need https/,
    ],
    ["redirects to a file", "/to/file%3A%2F%2F%2Fetc%2Fpasswd", "bad_url", /file:, need https/],
    [
      "redirects with credentials",
      "/to/https%3A%2F%2Fa%3Ab%40pictures.test",
      "bad_url",
      /password/,
    ],
  ])("and %s fails in words", async (_, path, code, words) => {
    await expect(fetch(path)).rejects.toEqual(failure(code, words));
  });

  test("and sends more than it announced gives what it announced, or fails", async () => {
    const outcome: unknown = await fetch("/long").catch((error: unknown) => error);
    if (outcome instanceof Uint8Array) expect(outcome.length).toBeLessThanOrEqual(10);
    else expect(outcome).toEqual(failure("unreachable", /./));
  });

  test("and has a certificate of nobody known is not believed", async () => {
    const { ca: _, ...network } = web;
    await expect(fetchPicture(web.url("/picture"), { limits, network })).rejects.toEqual(
      failure("unreachable", /SELF_SIGNED_CERT/),
    );
  });

  test("and has a certificate for another name is not believed", async () => {
    web.names.set("pictures.example", [[PUBLIC]]);
    await expect(fetch("/picture", "pictures.example")).rejects.toEqual(
      failure("unreachable", /ALTNAME/),
    );
  });

  test("and speaks something else is not listened to", async () => {
    const server = createServer((socket) => void socket.on("error", () => {}).end("SSH-2.0-x\r\n"));
    await once(server.listen(0, PUBLIC), "listening");
    const { port } = server.address() as AddressInfo;
    await expect(
      fetchPicture(`https://pictures.test:${port}/`, { limits, network: web }),
    ).rejects.toEqual(failure("unreachable", /./));
    server.close();
  });

  test("keeps nobody waiting who cancels, be it in the name server", async () => {
    const never = { ...web, resolve: () => new Promise<never>(() => {}) };
    for (const [path, network] of [
      ["/drip", web],
      ["/picture", never],
    ] as const) {
      const signal = AbortSignal.timeout(200);
      await expect(fetchPicture(web.url(path), { signal, limits, network })).rejects.toEqual(
        failure("cancelled", /cancelled/),
      );
    }
    await expect(fetchPicture(web.url("/picture"), { limits, network: never })).rejects.toEqual(
      failure("too_slow", /within 2 s/),
    );
  });
});
