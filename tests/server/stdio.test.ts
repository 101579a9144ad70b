// The real server, spoken to by the SDK's own client: the real engine and the embedded model.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Progress } from "@modelcontextprotocol/sdk/types.js";
import { embeddedModel } from "#src/config.js";
import { loadModel } from "#src/procedures/index.js";
import type { DomainList, ProcedureRecord } from "#src/tools/index.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { bin, childrenOf, Session, textOf } from "./session.js";

const home = temporaryFolder();
const allowed = temporaryFolder();
const env = { MAKEANYTHING_HOME: home };
const session = new Session(env, "--allow", allowed, "--allow", home);
const { client } = session;
const rocket = { subject: "a red rocket", domain: "icon", seed: 9 };
const model = await loadModel(embeddedModel());
let procedure: ProcedureRecord;

beforeAll(async () => {
  await session.open();
  procedure = await session.make("generate_procedure", rocket);
});
afterAll(() => session.close());

describe("a procedure", () => {
  test("has nine steps whose files are what the answer says", () => {
    expect(procedure.steps).toHaveLength(9);
    expect(procedure).toMatchObject({ seed: 9, warnings: [], model: "embedded" });
    for (const { file, width, height } of procedure.steps) {
      const png = readFileSync(file);
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([width, height]);
    }
  });

  test("is readable as resources at full size", async () => {
    const [step] = (await client.readResource({ uri: procedure.steps[2]!.uri })).contents;
    expect(step).toMatchObject({ mimeType: "image/png" });
    const blob = step !== undefined && "blob" in step ? step.blob : "";
    expect(Buffer.from(blob, "base64").equals(readFileSync(procedure.steps[2]!.file))).toBe(true);
    const [manifest] = (await client.readResource({ uri: procedure.manifest.uri })).contents;
    const text = manifest !== undefined && "text" in manifest ? manifest.text : "";
    expect(JSON.parse(text)).toMatchObject({ id: procedure.procedure_id, mode: "generate" });
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toContain(procedure.page.uri);
  });

  test.each(["steps/10.png", "steps/0.png", "steps/x.png", "../../etc/passwd"])(
    "has no resource %s",
    async (rest) => {
      const uri = `procedure://${procedure.procedure_id}/${rest}`;
      await expect(client.readResource({ uri })).rejects.toThrow();
    },
  );

  test("is the same again for the same seed", async () => {
    const again = await session.make("generate_procedure", rocket);
    expect(readFileSync(again.page.file).equals(readFileSync(procedure.page.file))).toBe(true);
  });

  test("can be refined between two steps", async () => {
    const { structuredContent } = await session.call("refine_steps", {
      procedure_id: procedure.procedure_id,
      between: [6, 7],
    });
    const refined = structuredContent as ProcedureRecord;
    expect(refined.parent).toBe(procedure.procedure_id);
    expect(refined.steps.map(({ origin }) => origin).slice(5, 9)).toEqual([
      "generated",
      "interpolated",
      "interpolated",
      "generated",
    ]);
  });

  test("can be made from a picture in an allowed folder", async () => {
    const image = path.join(allowed, "rocket.png");
    copyFileSync(procedure.steps[8]!.file, image);
    const result = await session.call("recraft_from_image", {
      ...rocket,
      image,
      frames: 4,
    });
    expect(result.structuredContent).toMatchObject({ mode: "recraft", warnings: [] });
    expect(textOf(result)).toContain("not a record");
  });
});

test("list_domains tells the domains of the embedded model", async () => {
  const { domains } = (await session.call("list_domains", {})).structuredContent as DomainList;
  expect(domains.filter(({ installed }) => installed)).toHaveLength(model.domains.length);
});

test("progress comes for any token, and rises", async () => {
  const seen: Progress[] = [];
  await client.callTool(
    { name: "generate_procedure", arguments: { ...rocket, frames: 4 } },
    undefined,
    { onprogress: (progress) => seen.push(progress) },
  );
  const numbers = seen.map(({ progress }) => progress);
  expect(numbers.length).toBeGreaterThan(3);
  expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
  expect(seen.every(({ total }) => total === 100)).toBe(true);
  expect(seen.some(({ message }) => message?.startsWith("painting, step"))).toBe(true);
});

test("a call that is cancelled while it paints stores nothing, and the next one is painted", async () => {
  const stored = () => readdirSync(path.join(home, "procedures"));
  const before = stored();
  const controller = new AbortController();
  const job = client.callTool({ name: "generate_procedure", arguments: rocket }, undefined, {
    signal: controller.signal,
    onprogress: ({ message }) => {
      if (message?.startsWith("painting")) controller.abort();
    },
  });
  await expect(job).rejects.toThrow("abort");
  const { procedure_id } = await session.make("generate_procedure", { ...rocket, frames: 4 });
  expect(stored()).toEqual([...before, procedure_id].toSorted());
});

test.each([
  ["generate_procedure", { subject: "a cat", domain: "knitting" }, /lego, cook/],
  ["generate_procedure", { subject: "", domain: "lego" }, /subject: is empty/],
  ["recraft_from_image", { image: "/etc/passwd", domain: "lego" }, /outside the folders/],
  ["recraft_from_image", { image: "data:image/png;base64,AAAA", domain: "lego" }, /image|picture/],
  ["refine_steps", { procedure_id: "nothing", steps: 12 }, /procedure "nothing"/],
])("%s with %j is an error that a model can act on", async (name, input, words) => {
  const result = await session.call(name, input);
  expect(result.isError).toBe(true);
  expect(textOf(result)).toMatch(words);
});

test("the process that speaks MCP holds no native module", () => {
  if (process.platform !== "linux") return;
  const maps = readFileSync(`/proc/${session.pid}/maps`, "utf8");
  expect(maps).toContain("node");
  expect(maps).not.toMatch(/\.node\b|onnxruntime|libvips/);
});

test("the log says nothing of what was asked for", () => {
  expect(session.log).toContain("generate_procedure");
  expect(session.log).not.toMatch(/rocket|step-by-step/);
});

describe("the server ends", () => {
  async function start(): Promise<ChildProcess> {
    const server = spawn(process.execPath, [bin, "serve"], {
      env: { ...process.env, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const initialize = {
      jsonrpc: "2.0",
      id: 0,
      method: "initialize",
      params: {
        protocolVersion: "2025-11-25",
        capabilities: {},
        clientInfo: { name: "test", version: "1" },
      },
    };
    server.stdin!.write(`${JSON.stringify(initialize)}\n`);
    await once(server.stdout!, "data");
    return server;
  }

  test("when stdin closes", async () => {
    const server = await start();
    server.stdin!.end();
    expect(await once(server, "exit")).toEqual([0, null]);
  });

  test("when nobody reads its answers any more", async () => {
    const server = await start();
    let log = "";
    server.stderr!.on("data", (chunk: Buffer) => (log += chunk.toString()));
    server.stdout!.destroy();
    server.stdin!.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" })}\n`);
    expect(await once(server, "close")).toEqual([0, null]);
    expect(log).toMatch(/EPIPE.*"ending"/);
  });

  test.each(["SIGTERM", "SIGINT"] as const)("at %s, in the middle of a job", async (signal) => {
    const server = await start();
    const params = {
      name: "generate_procedure",
      arguments: { subject: "a car", domain: "lego" },
      _meta: { progressToken: 0 },
    };
    server.stdin!.write(
      `${JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" })}\n`,
    );
    server.stdin!.write(
      `${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params })}\n`,
    );
    const [progress] = (await once(server.stdout!, "data")) as [Buffer];
    expect(progress.toString()).toContain('"progressToken":0');
    const children = childrenOf(server.pid!);
    server.kill(signal);
    expect(await once(server, "exit")).toEqual([0, null]);
    await sleep(100);
    for (const child of children.values()) expect(() => process.kill(child, 0)).toThrow();
  });
});
