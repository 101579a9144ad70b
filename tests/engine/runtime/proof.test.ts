import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { prove, type Finding } from "#src/engine/runtime/index.js";
import { selfTest } from "#src/engine/runtime/self-test.js";
import { temporaryFolder } from "../../support/temporary.js";

const state = { provider: "webgpu", usable: true, why: "a card, driver 1" } as const;
const finding: Finding = { computes: ["f32"], attention: "plain", found: "some words" };

/** A self-test that counts how often it is run. */
function counting(result: Finding | Error) {
  const run = async () => {
    run.runs++;
    if (result instanceof Error) throw result;
    return result;
  };
  run.runs = 0;
  return run;
}

describe("a device is tested once", () => {
  test("and what was found is remembered", async () => {
    const folder = join(temporaryFolder(), "not", "there", "yet");
    const run = counting(finding);
    for (let i = 0; i < 3; i++) expect(await prove(state, { folder, test: run })).toEqual(finding);
    expect(run.runs).toBe(1);
    expect(readdirSync(folder)).toEqual(["devices.json"]);
  });

  test("another driver, provider or card is another device", async () => {
    const folder = temporaryFolder();
    const run = counting(finding);
    await prove(state, { folder, test: run });
    await prove({ ...state, why: "a card, driver 2" }, { folder, test: run });
    await prove({ ...state, provider: "cuda" }, { folder, test: run });
    await prove(state, { folder, deviceId: 1, test: run });
    expect(run.runs).toBe(4);
    expect(Object.keys(JSON.parse(readFileSync(join(folder, "devices.json"), "utf8")))).toHaveLength(4); // prettier-ignore
  });

  test("but tested again where the file is spoilt, or cannot be written", async () => {
    const folder = temporaryFolder();
    const run = counting(finding);
    for (const text of ["", "[]", '{"a":{"computes":["f64"]}}']) {
      writeFileSync(join(folder, "devices.json"), text);
      expect(await prove(state, { folder, test: run })).toEqual(finding);
    }
    expect(run.runs).toBe(3);
    const blocked = temporaryFolder();
    mkdirSync(join(blocked, "devices.json"));
    expect(await prove(state, { folder: blocked, test: run })).toEqual(finding);
    expect(readdirSync(blocked)).toEqual(["devices.json"]);
  });

  test("what cannot be opened is asked again the next time", async () => {
    const folder = temporaryFolder();
    const broken = counting(new Error("a driver\nbroke"));
    const { computes, found } = await prove(state, { folder, test: broken });
    expect({ computes, found }).toEqual({ computes: [], found: "cannot be opened: broke" });
    expect(await prove(state, { folder, test: counting(finding) })).toEqual(finding);
  });
});

test.each([
  ["x: libcudnn.so.9: cannot open shared object file", /libcudnn\.so\.9 is missing; makeanything/],
  ["Couldn't load Vulkan: libvulkan.so.1: cannot open shared object file", /in libvulkan1$/],
  ["Failed to get a WebGPU adapter: No supported adapters", /no driver offers a GPU/],
])("%s, in words", async (message, words) => {
  const { found } = await prove(state, { test: counting(new Error(message)) });
  expect(found).toMatch(words);
});

test("the processor is the measure, and passes its own test in the types it has", async () => {
  expect(await prove({ ...state, provider: "cpu" }, { test: counting(new Error()) })).toMatchObject(
    { computes: ["f32"], attention: "fused" },
  );
  expect(await selfTest("cpu")).toEqual({
    computes: ["f32", "f16"],
    attention: "fused",
    found: "products and fused attention are right",
  });
});

test("a provider that is not there is tested in a process of its own, which says why", async () => {
  const { computes, found } = await prove({ ...state, provider: "cuda" });
  expect(computes).toEqual([]);
  expect(found).toMatch(/cannot be opened: /);
});
