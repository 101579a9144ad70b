// The server as a host sees it that knows nothing of it: two pipes, and what goes wrong on both sides.
import { setTimeout as sleep } from "node:timers/promises";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { createStore } from "#src/procedures/store.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noise } from "../pictures/made.js";
import { temporaryFolder } from "../support/temporary.js";
import { callParams, RawServer, resultOf } from "./raw-server.js";
import { childrenOf, textOf } from "./session.js";

const home = temporaryFolder();
const store = createStore(home);
const rocket = { subject: "a red rocket", domain: "sketch", frames: 4, seed: 9 };
/** Where a call is: so many ms after it was sent, or when it tells so. */
const PHASES: [string, number | RegExp][] = [
  ["starts its engine", 20],
  ["loads the model", 150],
  ["begins to paint", /^(reading|painting, step [1-4] )/],
  ["paints", /^painting, step 1\d /],
  ["is nearly done", /^(developing|painting, step 1[2-6] )/],
];
const NEARLY_DONE = PHASES.at(-1)![0];
/** A phase may be over before anybody heard of it. */
const ATTEMPTS = 8;
const open = () => new RawServer({ MAKEANYTHING_HOME: home }).open();
let server: RawServer;
let id: string;

beforeAll(async () => {
  server = await open();
  id = made(await server.call("generate_procedure", rocket)).procedure_id;
});
afterAll(() => server.end());

interface Made {
  procedure_id: string;
  status: string;
}

function made(message: Parameters<typeof resultOf>[0]): Made {
  const result = resultOf(message);
  if (result.isError) throw new Error(textOf(result));
  return result.structuredContent as unknown as Made;
}

/** Whatever happened: the next call is answered with a procedure, and all that is stored is whole. */
async function expectHealth(): Promise<void> {
  expect(made(await server.call("generate_procedure", rocket)).status).toBe("done");
  for (const stored of await store.ids()) await store.load(stored);
  expect(server.strays).toEqual([]);
}

/** Calls, and waits until the call is where it shall be. */
async function reach(on: RawServer, phase: number | RegExp) {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    await on.call("free_memory", {});
    const asked = `${String(phase)}, attempt ${attempt}, ${on.messages.length}`;
    const calling = on.call("generate_procedure", { ...rocket, frames: 9 }, asked);
    await Promise.race([
      typeof phase === "number" ? sleep(phase) : on.progress(asked, phase),
      calling,
    ]);
    if (on.answers(asked).length === 0) return { asked, calling };
  }
  throw new Error(`no call was seen at ${String(phase)}`);
}

const isLinux = process.platform === "linux";
const engine = () => childrenOf(server.process.pid!).get("engine-child");

test("calls side by side are each answered once, with what they asked for", async () => {
  const steps = [1, 2, 3, 4];
  const looks = steps.map((n) =>
    server.call("get_procedure", { procedure_id: id, steps: [n, n] }, `look ${n}`),
  );
  const pictures = steps.map((n) =>
    server.ask("resources/read", { uri: `procedure://${id}/steps/${n}.png` }, n),
  );
  const others = [
    server.ask("ping", {}, 0),
    server.ask("nothing/like-this", {}, "unknown"),
    server.call("generate_procedure", rocket, "painted"),
    server.call("list_domains", {}, "domains"),
  ];
  const [ping, unknown, painted, domains] = await Promise.all(others);
  for (const [i, answer] of (await Promise.all(looks)).entries())
    expect(resultOf(answer).structuredContent).toMatchObject({ steps: [{ index: steps[i] }] });
  const { procedure_id: again } = made(painted!);
  for (const [i, answer] of (await Promise.all(pictures)).entries()) {
    const same = await server.ask("resources/read", {
      uri: `procedure://${again}/steps/${steps[i]}.png`,
    });
    const blob = (message: typeof answer) =>
      (message.result as { contents: { blob: string }[] }).contents[0]?.blob;
    expect(blob(answer)).toBe(blob(same));
  }
  expect(ping).toEqual({ jsonrpc: "2.0", id: 0, result: {} });
  expect(unknown!.error).toMatchObject({ code: -32601 });
  expect(resultOf(domains!).isError).toBeUndefined();
  const ids = [...steps, 0, "unknown", "painted", "domains", ...steps.map((n) => `look ${n}`)];
  for (const asked of ids) expect(server.answers(asked)).toHaveLength(1);
  expect(server.strays).toEqual([]);
});

test("a message of 20 MB is read, with the picture in it", async () => {
  const png = await noise(2300).png({ compressionLevel: 0 }).toBuffer();
  const image = `data:image/png;base64,${png.toString("base64")}`;
  expect(image.length).toBeGreaterThan(20e6);
  const answer = await server.call("recraft_from_image", { ...rocket, image });
  expect(made(answer)).toMatchObject({ status: "done", mode: "recraft" });
});

test("lines that are no messages are passed over", async () => {
  for (const line of ["", "hello", "{}", "[]", "null", '{"jsonrpc":"2.0","id":null}', "\u0000"])
    server.process.stdin.write(`${line}\n`);
  await expectHealth();
});

describe("a cancel", () => {
  test.each(PHASES)(
    "while the call %s is never answered, and ends the work",
    async (where, phase) => {
      const { asked } = await reach(server, phase);
      server.send({
        method: "notifications/cancelled",
        params: { requestId: asked, reason: "the person pressed a key" },
      });
      await untilQuiet();
      expect(server.answers(asked)).toEqual([]);
      const [newest] = await list();
      // One that came while the page was cut may have come too late; then all of it is there.
      if (where === NEARLY_DONE && newest?.status === "done") return;
      expect(newest?.status).toBe("cancelled");
      await expect(store.load(newest!.procedure_id)).rejects.toThrow("there is none");
    },
  );

  test("of a call that waits for another takes it from the queue", async () => {
    const first = server.call("generate_procedure", { ...rocket, frames: 9 }, "first");
    await server.progress("first", /^painting/);
    server.send({
      id: "second",
      method: "tools/call",
      params: callParams("generate_procedure", rocket, "second"),
    });
    server.send({ method: "notifications/cancelled", params: { requestId: "second" } });
    expect(made(await first).status).toBe("done");
    await untilQuiet();
    expect(server.answers("second")).toEqual([]);
  });

  test("of a call that is answered, or that never was, changes nothing", async () => {
    for (const requestId of ["first", "never", 12345])
      server.send({ method: "notifications/cancelled", params: { requestId } });
    await expectHealth();
  });

  async function untilQuiet(): Promise<void> {
    while ((await list()).some(({ status }) => /queued|running/.test(status))) await sleep(100);
  }

  async function list(): Promise<Made[]> {
    const { structuredContent } = resultOf(await server.call("list_procedures", {}));
    return (structuredContent as unknown as { procedures: Made[] }).procedures;
  }
});

describe.skipIf(!isLinux)("a child that is killed (Linux: /proc)", () => {
  test.each(PHASES)("while the call %s costs that call alone", async (where, phase) => {
    const { calling } = await reach(server, phase);
    const pid = engine();
    if (pid !== undefined) process.kill(pid, "SIGKILL");
    const result = resultOf(await calling);
    if (result.isError) expect(textOf(result)).toMatch(/engine.*(died|ended)/);
    // Its page may have been handed over just before, or it may not have been there yet.
    else expect(where === NEARLY_DONE || pid === undefined).toBe(true);
  });

  test("while it rests costs nothing", async () => {
    await expectHealth();
    const children = () => [...childrenOf(server.process.pid!).values()];
    for (const pid of children()) process.kill(pid, "SIGKILL");
    while (children().length > 0) await sleep(10);
    await server.ask("ping", {});
    await expectHealth();
  });

  test("while it makes previews costs that call at most", async () => {
    const look = () => server.call("get_procedure", { procedure_id: id, size: 1024 });
    await look();
    const pictures = childrenOf(server.process.pid!).get("picture-child");
    const results: Promise<CallToolResult>[] = [look(), look(), look()].map((one) =>
      one.then(resultOf),
    );
    await sleep(5);
    process.kill(pictures!, "SIGKILL");
    for (const result of await Promise.all(results))
      if (result.isError) expect(textOf(result)).toMatch(/picture.*(died|ended)/);
    expect(resultOf(await look()).isError).toBeUndefined();
  });
});

describe("the end of stdin", () => {
  async function expectEnd(ending: RawServer): Promise<void> {
    const children = [...childrenOf(ending.process.pid!).values()];
    expect(await ending.end()).toBeLessThan(1000);
    expect(ending.process.exitCode).toBe(0);
    for (const child of children) expect(() => process.kill(child, 0)).toThrow("ESRCH");
    expect(ending.strays).toEqual([]);
  }

  test("right after the start ends the server within a second", async () => {
    await expectEnd(await open());
  });

  test("ends the server, and children that rest, within a second", async () => {
    const ending = await open();
    await ending.call("generate_procedure", rocket);
    await expectEnd(ending);
  });

  test.each(PHASES)("does so while a call %s", async (_, phase) => {
    const ending = await open();
    await reach(ending, phase);
    await expectEnd(ending);
  });
});
