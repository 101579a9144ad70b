import { describe, expect, test } from "vitest";
import { ConfigError, loadConfig } from "#src/config.js";
import type { Provider } from "#src/engine/runtime/index.js";
import {
  chooseVariant,
  variants,
  type ProvenProvider,
  type Situation,
} from "#src/engine/variants/index.js";
import { fluxDev } from "#src/doctor/flux-dev.js";

const GB = 1e9;
const COMPUTES = { cuda: ["f32", "f16", "bf16"], webgpu: ["f32", "f16"], cpu: ["f32"] } as const;

/** A machine with some providers, of so many bytes. */
const having = (memory: Partial<Record<Provider, number>>): ProvenProvider[] =>
  (["cuda", "webgpu", "cpu"] as const).map((provider) => ({
    provider,
    usable: memory[provider] !== undefined,
    why: `why ${provider}`,
    computes: COMPUTES[provider],
    memoryBytes: memory[provider] ?? 0,
  }));

const choose = (situation: Partial<Situation>) => {
  const { variant, because, others } = chooseVariant({
    providers: having({ cpu: 64 * GB }),
    config: fluxDev.transformer,
    dtypes: new Set(["BF16"]),
    ...situation,
  });
  return {
    name: variant?.name,
    because,
    why: Object.fromEntries(others.map((refusal) => [refusal.name, refusal.why])),
  };
};

describe("the first that fits is chosen", () => {
  test.each<[what: string, Partial<Record<Provider, number>>, dtype: string, name: string]>([
    ["a card of 24 GB", { cuda: 24 * GB, cpu: 64 * GB }, "BF16", "cuda-bf16"],
    ["a card of 16 GB", { cuda: 16 * GB, cpu: 64 * GB }, "BF16", "cuda-8bit"],
    ["a card of 16 GB and fp8 weights", { cuda: 16 * GB }, "F8_E4M3", "cuda-fp8"],
    ["any card of 24 GB", { webgpu: 24 * GB }, "BF16", "webgpu-f16"],
    ["any card of 24 GB and fp8 weights", { webgpu: 24 * GB }, "F8_E5M2", "webgpu-f16"],
    ["any card of 8 GB", { webgpu: 8 * GB }, "BF16", "webgpu-4bit"],
    ["no card", { cpu: 64 * GB }, "BF16", "cpu"],
    ["no card, and 16 GB", { cpu: 16 * GB }, "BF16", "cpu-8bit"],
    ["no card, and 8 GB", { cpu: 8 * GB }, "BF16", "cpu-4bit"],
  ])("%s", (_, memory, dtype, name) => {
    expect(choose({ providers: having(memory), dtypes: new Set([dtype]) }).name).toBe(name);
  });

  test("a device that computes in float32 alone gets it", () => {
    const [cuda, webgpu, cpu] = having({ webgpu: 48 * GB }) as [ProvenProvider, ProvenProvider, ProvenProvider]; // prettier-ignore
    const { name, why } = choose({ providers: [cuda, { ...webgpu, computes: ["f32"] }, cpu] });
    expect(name).toBe("webgpu-f32");
    expect(why["webgpu-f16"]).toBe("the device does not compute in f16");
  });

  test("where the device's memory is unknown, it is hoped for", () => {
    const { memoryBytes: _, ...webgpu } = having({ webgpu: 1 })[1]!;
    const { name, because } = choose({ providers: [webgpu] });
    expect(name).toBe("webgpu-f16");
    expect(because).toBe("the first that fits: it needs 19.2 GB of an unknown amount");
  });
});

describe("it is said why, and what would do", () => {
  test("of every other one", () => {
    const { because, why } = choose({ providers: having({ cuda: 16 * GB, cpu: 8 * GB }) });
    expect(because).toBe("the first that fits: it needs 10.7 GB of 16.0 GB");
    expect(why).toEqual({
      "cuda-bf16": "needs 18.7 GB, and the device has 16.0 GB; cuda-8bit needs 10.7 GB",
      "cuda-fp8": "the weights are not fp8",
      "webgpu-f16": "why webgpu",
      "webgpu-8bit": "why webgpu",
      "webgpu-4bit": "why webgpu",
      "webgpu-f32": "why webgpu",
      cpu: "needs 50.3 GB, and the device has 8.0 GB; cuda-8bit needs 10.7 GB",
      "cpu-8bit": "needs 11.6 GB, and the device has 8.0 GB; cuda-8bit needs 10.7 GB",
      "cpu-4bit": "cuda-8bit comes first",
    });
  });

  test("where nothing fits", () => {
    const { name, because, why } = choose({ providers: having({ webgpu: 4 * GB, cpu: 4 * GB }) });
    expect(name).toBeUndefined();
    expect(because).toBe("nothing fits here");
    expect(why["webgpu-4bit"]).toBe("needs 6.9 GB, and the device has 4.0 GB");
    expect(Object.keys(why)).toHaveLength(variants.length);
  });
});

describe("a wish", () => {
  const providers = having({ cuda: 24 * GB, webgpu: 24 * GB, cpu: 64 * GB });

  test("for a provider keeps to it", () => {
    const { name, why } = choose({ providers, wish: { provider: "webgpu" } });
    expect(name).toBe("webgpu-f16");
    expect(why["cuda-bf16"]).toBe("the configuration asks for the provider webgpu");
  });

  test("for a variant is granted although the memory seems too little", () => {
    const { name, because } = choose({ providers: having({ webgpu: 10 * GB }), wish: { variant: "webgpu-8bit" } }); // prettier-ignore
    expect(name).toBe("webgpu-8bit");
    expect(because).toBe(
      "asked for by name, although it needs 11.2 GB, and the device has 10.0 GB",
    );
  });

  test("that cannot be had is refused, with what can", () => {
    const { name, because, why } = choose({ wish: { variant: "cuda-8bit" } });
    expect(name).toBeUndefined();
    expect(because).toBe("what was asked for cannot be had; cpu needs 50.3 GB");
    expect(why["cuda-8bit"]).toBe("why cuda");
  });

  test("for both must agree", () => {
    const { name, why } = choose({ providers, wish: { provider: "cuda", variant: "cpu" } });
    expect(name).toBeUndefined();
    expect(why["cpu"]).toBe("the configuration asks for the provider cuda");
  });
});

describe("the configuration", () => {
  const load = (flags: Record<string, unknown>) =>
    loadConfig({ env: {}, flags, homeDir: "/nowhere" });

  test("knows the names of the table, and no others", () => {
    for (const { name } of variants) expect(load({ variant: name }).variant).toBe(name);
    expect(() => load({ variant: "cuda-3bit" })).toThrow(
      `must be one of auto, ${variants.map(({ name }) => name).join(", ")}, got "cuda-3bit"`,
    );
  });

  test("is free where nothing is said", () => {
    expect(load({})).toMatchObject({ provider: "auto", variant: "auto" });
    expect(load({ provider: "cuda" }).provider).toBe("cuda");
    expect(() => load({ provider: "metal" })).toThrow(ConfigError);
  });
});
