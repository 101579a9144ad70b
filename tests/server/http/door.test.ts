// Who is let in, under which name, with how much and how often.
import { createHttpServer } from "#src/server/http/index.js";
import { describe, expect, test } from "vitest";
import {
  ANN,
  begin,
  BOB,
  call,
  from,
  INITIALIZE,
  initialize,
  message,
  openToy,
  send,
  silent,
  start,
  type Started,
} from "./harness.js";

const port = ({ url }: Started) => new URL(url).port;
const withHeaders = ({ url }: Started, headers: Record<string, string>) =>
  send(url, { method: "POST", headers: { ...from(), ...headers }, body: INITIALIZE });

describe("a Host", () => {
  test.each(["localhost", "127.0.0.1", "[::1]", "LOCALHOST", "127.0.0.9"])(
    "of this machine is answered: %s",
    async (name) => {
      const started = await start();
      expect((await withHeaders(started, { Host: `${name}:${port(started)}` })).status).toBe(200);
      expect((await withHeaders(started, { Host: name })).status).toBe(200);
    },
  );

  test.each([
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.nip.io",
    "10.0.0.1",
    "a@localhost",
  ])("of elsewhere is not, on any path: %s", async (name) => {
    const started = await start();
    for (const path of ["/mcp", "/health", "/metrics", "/"]) {
      const answer = await send(new URL(path, started.url).href, { headers: { Host: name } });
      expect(answer).toMatchObject({ status: 403, json: { error: {} } });
    }
  });

  test("that the configuration names is answered", async () => {
    const started = await start({ hosts: ["Make.example.org"] });
    expect((await withHeaders(started, { Host: "make.example.org" })).status).toBe(200);
    expect((await withHeaders(started, { Host: "other.example.org" })).status).toBe(403);
  });
});

describe("an Origin", () => {
  test("of this very server is answered; any other, and null, is not", async () => {
    const started = await start();
    const own = `http://127.0.0.1:${port(started)}`;
    expect((await withHeaders(started, { Origin: own })).status).toBe(200);
    for (const Origin of ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost"])
      expect((await withHeaders(started, { Origin })).status).toBe(403);
  });

  test("that the configuration names may ask from a browser", async () => {
    const started = await start({ origins: ["https://page.example"] });
    const Origin = "https://page.example";
    const asked = await send(started.url, { method: "OPTIONS", headers: { Origin } });
    expect(asked).toMatchObject({
      status: 204,
      headers: { "access-control-allow-origin": Origin, vary: "Origin" },
    });
    expect(asked.headers["access-control-allow-headers"]).toContain("Mcp-Session-Id");
    const answer = await withHeaders(started, { Origin });
    expect(answer.headers["access-control-expose-headers"]).toContain("Mcp-Session-Id");
    const evil = { Origin: "https://page.example.evil.example" };
    expect((await send(started.url, { method: "OPTIONS", headers: evil })).status).toBe(403);
  });
});

describe("a token", () => {
  test("is needed where there are any, for everything but health", async () => {
    const { url } = await start({ tokens: [ANN] });
    const refused = await initialize(url);
    expect(refused).toMatchObject({ status: 401, json: { error: "invalid_token" } });
    expect(refused.headers["www-authenticate"]).toMatch(/^Bearer /);
    expect((await send(new URL("/health", url).href)).status).toBe(200);
    for (const wrong of ["", "x", ANN.token.slice(1), `${ANN.token}x`, ANN.token.toUpperCase()])
      for (const scheme of ["Bearer", "Basic", ""]) {
        const headers = { ...from(), Authorization: `${scheme} ${wrong}` };
        const { status } = await send(url, { method: "POST", headers, body: INITIALIZE });
        expect(status).toBe(401);
      }
    expect((await initialize(url, ANN.token)).status).toBe(200);
  });

  test("sees no session of another, for any method", async () => {
    const { url } = await start({ tokens: [ANN, BOB] });
    const id = await begin(url, ANN.token);
    for (const method of ["POST", "GET", "DELETE"]) {
      const headers = from(BOB.token, id);
      const body = method === "POST" ? { body: message("ping") } : {};
      const { status } = await send(url, { method, headers, ...body });
      expect(status).toBe(404);
    }
    expect((await call(url, from("", id))).status).toBe(401);
    expect((await call(url, from(ANN.token, id))).status).toBe(200);
  });

  test("of the same name is the same caller's", async () => {
    const next = { name: "ann", token: "the-token-that-comes-after-it" };
    const { url } = await start({ tokens: [ANN, next] });
    expect((await call(url, from(next.token, await begin(url, ANN.token)))).status).toBe(200);
  });

  test("is not needed on loopback without any, unless a proxy stands before it", async () => {
    const started = await start();
    expect((await initialize(started.url)).status).toBe(200);
    for (const headers of [{ "X-Forwarded-For": "203.0.113.9" }, { Forwarded: "for=203.0.113.9" }])
      expect((await withHeaders(started, headers)).status).toBe(403);
  });

  test("must be there before another machine can reach the server", async () => {
    const log = silent;
    const server = await createHttpServer({ openServer: openToy, log });
    for (const host of ["0.0.0.0", "::", "192.0.2.1"])
      await expect(server.listen({ host, port: 0 })).rejects.toMatchObject({ code: "needs_token" });
    const guarded = await createHttpServer({ openServer: openToy, log, tokens: [ANN] });
    expect(await guarded.listen({ host: "0.0.0.0", port: 0 })).toMatch(/^http:\/\/0\.0\.0\.0:\d+/);
    await Promise.all([server.close(), guarded.close()]);
  });
});

describe("limits", () => {
  test("of a body: too much is answered, whether its length is told or not", async () => {
    const { url } = await start({ limits: { bodyBytes: 5000 } });
    const id = await begin(url);
    const told = await call(url, from("", id), "x".repeat(6000));
    expect(told).toMatchObject({ status: 413, json: { error: {}, id: null } });
    const headers = { ...from("", id), "Transfer-Encoding": "chunked" };
    expect((await call(url, headers, "x".repeat(100_000))).status).toBe(413);
    expect((await call(url, from("", id), "x".repeat(4000))).status).toBe(200);
  });

  test("of a body: 8 MB are taken, and come back whole", async () => {
    const { url } = await start();
    const text = "x".repeat(8_000_000);
    const answer = await call(url, from("", await begin(url)), text);
    expect(answer.json?.result?.content?.[0]?.text.length).toBe(text.length);
  });

  test("of all bodies together", async () => {
    const { url } = await start({ limits: { bodiesBytes: 5000 } });
    const id = await begin(url);
    const refused = await call(url, from("", id), "x".repeat(6000));
    expect(refused).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
    for (let i = 0; i < 5; i++)
      expect((await call(url, from("", id), "x".repeat(3000))).status).toBe(200);
  });

  test("of rate: of a caller, who may come again when it is said", async () => {
    let time = 0;
    const { url } = await start({ tokens: [ANN, BOB], now: () => time, limits: { perMinute: 60 } });
    const asFrom = (token: string, ip: string) =>
      send(url, {
        method: "POST",
        headers: { ...from(token), "X-Forwarded-For": ip },
        body: INITIALIZE,
      });
    const statuses = [];
    for (let i = 0; i < 12; i++) statuses.push((await asFrom(ANN.token, `203.0.113.${i}`)).status);
    expect(statuses).toEqual([...Array<number>(10).fill(200), 429, 429]);
    expect((await asFrom(BOB.token, "203.0.113.50")).status).toBe(200);
    const refused = await asFrom(ANN.token, "203.0.113.51");
    expect(refused).toMatchObject({ status: 429, headers: { "retry-after": "1" } });
    time = 1000;
    expect((await asFrom(ANN.token, "203.0.113.52")).status).toBe(200);
  });

  test("of rate: of an address, whatever tokens it tries", async () => {
    const { url } = await start({ tokens: [ANN], now: () => 0, limits: { perMinute: 60 } });
    const statuses = [];
    for (let i = 0; i < 12; i++) statuses.push((await initialize(url, `guess-${i}`)).status);
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429]);
    expect((await initialize(url, ANN.token)).status).toBe(429);
  });
});

test("whatever is not there, or not done so, is answered in JSON", async () => {
  const { url } = await start();
  const id = await begin(url);
  const at = (path: string) => new URL(path, url).href;
  expect(await send(at("/nothing"))).toMatchObject({ status: 404, json: { error: {} } });
  expect(await send(at("/%"))).toMatchObject({ status: 404, json: { error: {} } });
  const put = await send(url, { method: "PUT", headers: from("", id) });
  expect(put).toMatchObject({ status: 405, headers: { allow: "GET, POST, DELETE" } });
  const post = (headers: Record<string, string>, body: string) =>
    send(url, { method: "POST", headers: { ...from("", id), ...headers }, body });
  expect((await post({ "Content-Type": "text/plain" }, "{}")).status).toBe(415);
  expect((await post({ "Content-Encoding": "gzip" }, "{}")).status).toBe(415);
  expect((await post({ Accept: "text/html" }, message("ping"))).status).toBe(406);
  expect((await post({ "Mcp-Protocol-Version": "1999-01-01" }, message("ping"))).status).toBe(400);
  expect((await post({}, "{")).json?.error).toMatchObject({ code: -32700 });
  expect((await post({}, `[${message("ping")}]`)).status).toBe(400);
  expect((await post({}, "{}")).status).toBe(400);
});
