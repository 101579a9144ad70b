import { setTimeout as sleep } from "node:timers/promises";
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
  open,
  send,
  start,
} from "./harness.js";

const SOON = { timeout: 10_000 };

describe("a session", () => {
  test("begins with initialize, answers, and ends with DELETE", async () => {
    const { url } = await start();
    const id = await begin(url);
    const listed = await send(url, {
      method: "POST",
      headers: from("", id),
      body: message("tools/list"),
    });
    expect(listed.json?.result?.tools?.map(({ name }) => name)).toEqual(["echo", "slow"]);
    expect((await call(url, from("", id))).json?.result?.content?.[0]?.text).toBe("hi");
    expect((await send(url, { method: "DELETE", headers: from("", id) })).status).toBe(200);
    const after = await call(url, from("", id));
    expect(after).toMatchObject({ status: 404, json: { error: { code: -32001 }, id: null } });
  });

  test("is needed, and one that is unknown is not found", async () => {
    const { url } = await start();
    expect((await call(url, from())).status).toBe(400);
    expect((await call(url, from("", "invented"))).status).toBe(404);
  });

  test("is told apart from others of the same server", async () => {
    const { url } = await start();
    const ids = [await begin(url), await begin(url)];
    const answers = await Promise.all(ids.map((id, i) => call(url, from("", id), `text ${i}`)));
    expect(answers.map(({ json }) => json?.result?.content?.[0]?.text)).toEqual([
      "text 0",
      "text 1",
    ]);
  });

  test("that initialize could not begin takes no place", async () => {
    const { url } = await start({ limits: { sessions: 1 } });
    const headers = { ...from(), Accept: "application/json" };
    const refused = await send(url, { method: "POST", headers, body: message("initialize") });
    expect(refused.status).toBe(400);
    const { status } = await initialize(url);
    expect(status).toBe(200);
  });

  test("whose client asks for no stream is refused, and takes no place", async () => {
    const { url } = await start({ limits: { sessions: 1 } });
    const headers = { ...from(), Accept: "application/json" };
    expect((await send(url, { method: "POST", headers, body: INITIALIZE })).status).toBe(406);
    expect((await initialize(url)).status).toBe(200);
  });
});

describe("the cap of sessions", () => {
  test("refuses one more, and says when to come again", async () => {
    const { url } = await start({ limits: { sessions: 2 } });
    const id = await begin(url);
    await begin(url);
    const refused = await initialize(url);
    expect(refused).toMatchObject({ status: 503, headers: { "retry-after": "30" } });
    await send(url, { method: "DELETE", headers: from("", id) });
    expect((await initialize(url)).status).toBe(200);
  });

  test("keeps one caller from taking all", async () => {
    const { url } = await start({
      tokens: [ANN, BOB],
      limits: { sessions: 2, sessionsPerCaller: 1 },
    });
    await begin(url, ANN.token);
    expect((await initialize(url, ANN.token)).status).toBe(429);
    expect((await initialize(url, BOB.token)).status).toBe(200);
  });
});

/** How many are open. */
async function count(url: string): Promise<string | undefined> {
  const text = await (await fetch(new URL("/metrics", url))).text();
  return /^makeanything_sessions (\d+)$/m.exec(text)?.[1];
}

describe("a session that nobody uses", () => {
  test("makes room for another when its time is over", async () => {
    let time = 0;
    const { url } = await start({ now: () => time, limits: { sessions: 1, idleMs: 60_000 } });
    const id = await begin(url);
    time = 50_000;
    expect((await call(url, from("", id))).status).toBe(200);
    time = 100_000; // so long after its beginning, and less after its last use
    expect((await initialize(url)).status).toBe(503);
    time = 110_000;
    expect((await initialize(url)).status).toBe(200);
    expect((await call(url, from("", id))).status).toBe(404);
  });

  test("ends by itself, but not while its client listens", async () => {
    const { url } = await start({ limits: { idleMs: 400 } });
    const id = await begin(url);
    await begin(url);
    const stream = await open(url, { headers: { ...from("", id), Accept: "text/event-stream" } });
    await expect.poll(() => count(url), SOON).toBe("1");
    await sleep(500);
    expect((await call(url, from("", id))).status).toBe(200);
    stream.destroy();
    await expect.poll(() => count(url), SOON).toBe("0");
  });
});

test("a session answers so many requests at once, and no more", async () => {
  const { url } = await start({ limits: { requestsPerSession: 1 } });
  const id = await begin(url);
  const stream = await open(url, { headers: { ...from("", id), Accept: "text/event-stream" } });
  const refused = await call(url, from("", id));
  expect(refused).toMatchObject({ status: 429, headers: { "retry-after": "1" } });
  stream.destroy();
  await expect.poll(async () => (await call(url, from("", id))).status).toBe(200);
});

test("a silent stream shows that it is alive", async () => {
  const { url } = await start({ limits: { keepAliveMs: 20 } });
  const headers = { ...from("", await begin(url)), Accept: "text/event-stream" };
  const stream = await open(url, { headers });
  let text = "";
  for await (const chunk of stream) if ((text += chunk).split(": keepalive").length > 3) break;
  expect(text).toMatch(/^(: keepalive\n\n)+$/);
});
