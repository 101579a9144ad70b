// Bytes of every kind: each request has an answer in JSON, or none at all, and the server goes on.
import { once } from "node:events";
import { connect } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { begin, call, from, INITIALIZE, initialize, message, send, start } from "./harness.js";

/** All that comes back, until the server hangs up or has said something whole. */
async function shout(url: string, bytes: string | Uint8Array): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let answer = "";
  socket.on("error", () => {}).on("data", (chunk) => (answer += chunk.toString("latin1")));
  socket.end(bytes);
  await once(socket, "close");
  return answer;
}

function expectJson(answer: string): void {
  if (answer === "") return;
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1\.1 4\d\d .*\r\n/);
  expect(head).toMatch(/\r\ncontent-type: application\/json/i);
  expect(JSON.parse(body)).toMatchObject({ error: {}, id: null });
  expect(body).not.toMatch(/ {4}at |node_modules|\.js/);
}

test("what is no HTTP is told so", async () => {
  const { url } = await start();
  const host = "Host: localhost\r\n";
  const requests = [
    "hello\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    `GET /mcp HTTP/1.1\r\n${host}bad header\r\n\r\n`,
    `GET /mcp HTTP/1.1\r\n${host}X: ${"x".repeat(20_000)}\r\n\r\n`,
    `POST /mcp HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`,
    `POST /mcp HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\n`,
    `POST /mcp HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n`,
    `POST /mcp HTTP/1.1\r\n${host}Expect: miracles\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    "GET /mcp HTTP/1.1\r\nConnection: close\r\n\r\n",
    "GET http://localhost/mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
  ];
  for (const request of requests) {
    const answer = await shout(url, request);
    expect(answer).not.toBe("");
    expectJson(answer);
  }
  expect((await initialize(url)).status).toBe(200);
});

test("random bytes and random headers do no harm", async () => {
  const { url } = await start({ limits: { perMinute: 100_000 } });
  const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/);
  const name = fc.oneof(
    token,
    fc.constantFrom(
      "Host",
      "Content-Length",
      "Transfer-Encoding",
      "Mcp-Session-Id",
      "Origin",
      "Authorization",
      "Content-Type",
      "Accept",
      "Expect",
      "X-Forwarded-For",
    ),
  );
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom("localhost", "chunked", "3", "application/json", "Bearer x"),
  );
  const method = fc.oneof(token, fc.constantFrom("GET", "POST", "DELETE", "OPTIONS", "TRACE"));
  const path = fc.oneof(fc.constantFrom("/mcp", "/health/..", "//mcp", "*", "/%ff"), fc.webPath());
  const request = fc
    .tuple(method, path, fc.array(fc.tuple(name, value), { maxLength: 6 }), fc.string())
    .map(([verb, place, headers, body]) => {
      const lines = headers.map((pair) => pair.join(": "));
      return [
        `${verb} ${place} HTTP/1.1`,
        "Host: localhost",
        ...lines,
        "Connection: close",
        "",
        body,
      ].join("\r\n");
    });
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 300 }), request), async (bytes) => {
      const answer = await shout(url, bytes);
      if (/^HTTP\/1\.1 20\d/.test(answer)) return; // some of them are right
      expectJson(answer);
    }),
    { numRuns: 300 },
  );
  expect((await initialize(url)).status).toBe(200);
}, 60_000);

test("random messages in a session are answered in JSON, and the session goes on", async () => {
  const { url } = await start({ limits: { perMinute: 100_000 } });
  const id = await begin(url);
  const almost = fc.record(
    {
      jsonrpc: fc.constantFrom("2.0", "1.0", 2),
      id: fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.double()),
      method: fc.oneof(
        fc.constantFrom(
          "ping",
          "tools/call",
          "tools/list",
          "resources/read",
          "notifications/cancelled",
        ),
        fc.string(),
      ),
      params: fc.oneof(
        fc.jsonValue(),
        fc.record({ name: fc.constantFrom("echo", "__proto__"), arguments: fc.jsonValue() }),
      ),
      result: fc.jsonValue(),
      error: fc.jsonValue(),
    },
    { requiredKeys: ["jsonrpc"] },
  );
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    almost.map((json) => JSON.stringify(json)),
  );
  await fc.assert(
    fc.asyncProperty(body, async (text) => {
      const answer = await send(url, { method: "POST", headers: from("", id), body: text });
      expect([200, 202, 400]).toContain(answer.status);
      if (answer.status === 400) expect(answer.json).toMatchObject({ error: {}, id: null });
      expect(answer.text).not.toMatch(/ {4}at |node_modules/);
    }),
    { numRuns: 300 },
  );
  expect((await call(url, from("", id))).status).toBe(200);
}, 60_000);

test("a body nested a million times over is read, or refused, and no more", async () => {
  const { url } = await start();
  const id = await begin(url);
  const deep = `${"[".repeat(1e6)}${"]".repeat(1e6)}`;
  const body = message("ping").replace("{}", `{"deep":${deep}}`);
  const { status } = await send(url, { method: "POST", headers: from("", id), body });
  expect([200, 400]).toContain(status);
  expect((await call(url, from("", id))).status).toBe(200);
});

test("a request that breaks off in its body leaves nothing behind", async () => {
  const { url } = await start({ limits: { bodiesBytes: 2000 } });
  const head = Object.entries(from()).map((pair) => pair.join(": "));
  for (let i = 0; i < 5; i++) {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write(
      [
        "POST /mcp HTTP/1.1",
        "Host: localhost",
        ...head,
        "Content-Length: 1500",
        "",
        "x".repeat(1000),
      ].join("\r\n"),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
  }
  expect(INITIALIZE.length).toBeLessThan(1000);
  await expect.poll(async () => (await initialize(url)).status).toBe(200);
});
