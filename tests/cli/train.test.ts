// Training as a person runs it: stopped in every way, and gone on with by the same command.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { packageRoot } from "#src/config.js";
import { beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { contentsOf } from "../training/checkpoints.js";
import { autoencoder, base, world, writeConfig, writeModel } from "../training/tiny.js";

const root = temporaryFolder();
const bin = path.join(packageRoot(), "dist", "src", "cli.js");
const args = (kind: string, file: string) => [bin, "train", kind, "--config", file];
const checkpoint = path.join(root, "base", "checkpoint.safetensors");
const plan = path.join(root, "plan.json");

const train = (kind: string, file: string) =>
  spawnSync(process.execPath, args(kind, file), { encoding: "utf8" });

function expectDone({ status, stderr }: ReturnType<typeof train>) {
  expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
}

/** Ends a plan a moment after it has said something; gives its exit code or signal, and all it said. */
async function interrupt(signal: NodeJS.Signals, after: RegExp): Promise<[unknown, string]> {
  const child: ChildProcess = spawn(process.execPath, args("plan", plan));
  const exit = once(child, "exit");
  let said = "";
  await new Promise<void>((resolve) => {
    child.stderr!.on("data", (text) => after.test((said += String(text))) && resolve());
    child.on("exit", () => resolve());
  });
  await setTimeout(Math.random() * 40);
  child.kill(signal);
  const [code, by] = (await exit) as unknown[];
  return [code ?? by, said];
}

beforeAll(async () => {
  await writeModel(path.join(root, "model"));
  writeConfig(root, world);
  writeConfig(root, base);
  writeConfig(root, { kind: "plan", parts: ["world.json", "base.json"] });
});

test("a plan that is stopped and killed on its way ends as one that was not", async () => {
  for (const after of [
    /^part 1 of 2, world: sequence \d+ of 21, /,
    /part 2 of 2, base: \d+% step /,
  ]) {
    const [end, said] = await interrupt("SIGKILL", after);
    expect(end, said).toBe("SIGKILL");
  }
  const [code, said] = await interrupt("SIGINT", /part 2 of 2, base: \d+% step /);
  expect(code, said).toBe(130);
  expect(said).toMatch(
    /\npart 2 of 2, base: stopped at step (\d+) of 16, saved at step \1; the same command goes on from there\nCancelled\.\n$/,
  );
  expectDone(train("plan", plan));

  writeConfig(root, { ...base, out: "straight" }, "straight");
  expectDone(train("base", path.join(root, "straight.json")));
  const straight = path.join(root, "straight", "checkpoint.safetensors");
  expect(await contentsOf(checkpoint)).toEqual(await contentsOf(straight));
  expect(readdirSync(path.join(root, "base")).toSorted()).toEqual([
    "checkpoint.safetensors",
    "finished.json",
    "log.jsonl",
    "report.html",
    "samples",
  ]);

  const modified = readFileSync(checkpoint);
  expect(train("plan", plan)).toMatchObject({
    status: 0,
    stderr: "part 1 of 2, world: finished before\npart 2 of 2, base: finished before\n",
  });
  expect(readFileSync(checkpoint).equals(modified)).toBe(true);
});

test("on another model's base, with its networks and its words, adapters alone are learnt", () => {
  const { networks: _, model, ...rest } = world;
  const crafts = ["lego", "emoji"];
  const lent = { model: "lent", name: "lent", folder: "lent-latents", crafts, base: model };
  const { seed, sequences, framePx } = world;
  const lora = {
    kind: "asymmetric-lora",
    out: "lent-lora",
    model: "lent",
    data: { folder: lent.folder, seed, sequences, framePx, crafts },
    batch: { four: 1 },
    rank: 2,
    steps: 2,
    learningRate: { peak: 0.001 },
  };
  writeConfig(root, { ...rest, ...lent }, "lent");
  writeConfig(root, lora);
  const [kind, out] = ["interpolation", "lent-interpolation"];
  writeConfig(root, { ...lora, kind, out, batch: { run: 1 } }, out);
  const parts = ["lent.json", "asymmetric-lora.json", `${out}.json`];
  expectDone(train("plan", writeConfig(root, { kind: "plan", parts }, "adapters")));
  const json = (folder: string) =>
    JSON.parse(readFileSync(path.join(root, folder, "model.json"), "utf8")) as object;
  expect(json("lent")).toEqual({
    ...json(model),
    name: "lent",
    domains: [
      expect.objectContaining({ domain: "lego", b: 1 }),
      expect.objectContaining({ domain: "emoji", b: 2 }),
    ],
    adapters: {
      asymmetric: "asymmetric.safetensors",
      interpolation: "interpolation.safetensors",
    },
  });
  expect(readdirSync(path.join(root, out, "samples"))).toEqual(["000002-lego.png"]);
  const transformer = (folder: string) => readFileSync(path.join(root, folder, "flux.safetensors"));
  expect(transformer("lent").equals(transformer(model))).toBe(true);
});

test("a rate that bursts the network leaves the last good checkpoint, in words", async () => {
  const wild = { ...autoencoder, learningRate: { peak: 1e30 }, saveEverySeconds: 1e-6 };
  const file = writeConfig(root, wild);
  const { status, stderr } = train("autoencoder", file);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /makeanything: the loss was not finite 10 times in a row at step 1\d: lower/,
  );
  const contents = await contentsOf(path.join(root, "autoencoder", "checkpoint.safetensors"));
  expect(contents).toMatchObject({ counters: { step: 0 } });
});

test("a configuration of another kind is not trained", () => {
  const { status, stderr } = train("recraft", path.join(root, "base.json"));
  expect([status, stderr]).toEqual([
    1,
    `makeanything: ${path.join(root, "base.json")} configures the training of base, not recraft\n`,
  ]);
});
