import { describe, expect, test } from "vitest";
import type { NetworkName } from "#src/engine/network-name.js";
import { placement, variants, type VariantName } from "#src/engine/variants/index.js";
import { networkNeeds } from "#src/engine/variants/needs.js";
import { fluxDev } from "#src/doctor/flux-dev.js";

const GB = 1e9;
const variantOf = (name: VariantName) => variants.find((variant) => variant.name === name)!;

function placed(name: VariantName, memoryBytes?: number) {
  const variant = variantOf(name);
  const device = { provider: variant.provider, attention: "plain" } as const;
  const { placeOf, room } = placement(fluxDev, {
    variant,
    device,
    ...(memoryBytes !== undefined && { memoryBytes }),
    isSmall: false,
    because: "",
    others: [],
  });
  const fit = (...names: NetworkName[]) =>
    names.reduce((sum, network) => sum + room!.needs[network], 0) <= room!.bytes;
  return { device, placeOf, room: room!, fit };
}

test("a small model stays whole, wherever it is, and nothing of it leaves", () => {
  const { device } = placed("cpu");
  const small = { variant: variantOf("cpu"), device, isSmall: true, because: "", others: [] };
  const { placeOf, room } = placement(fluxDev, small);
  expect(room).toBeUndefined();
  expect(placeOf("t5")).toEqual({});
});

describe("FLUX.1-dev", () => {
  test("on a card of 24 GB: text and modulation leave before the transformer comes", () => {
    const { fit, placeOf, device } = placed("cuda-bf16", 24 * GB);
    expect(fit("t5", "clip")).toBe(true);
    expect(fit("modulation")).toBe(true);
    expect(fit("transformer", "decoder")).toBe(true);
    expect(fit("transformer", "t5")).toBe(false);
    expect(fit("transformer", "modulation")).toBe(false);
    expect(placeOf("transformer")).toEqual({ device, compute: "bf16", castsWhenRun: false });
    expect(placeOf("t5")).toEqual({ device, compute: "bf16", castsWhenRun: true });
    expect(placeOf("decoder")).toMatchObject({ device, compute: "f32" });
  });

  test("on a card of 80 GB everything stays", () => {
    const all: NetworkName[] = ["t5", "clip", "modulation", "transformer", "encoder", "decoder"];
    expect(placed("cuda-bf16", 80 * GB).fit(...all)).toBe(true);
  });

  test("on a card of 8 GB T5 is the processor's, and takes nothing of it", () => {
    const { fit, placeOf, room, device } = placed("webgpu-4bit", 8 * GB);
    expect(placeOf("t5")).toMatchObject({ device: { provider: "cpu" }, castsWhenRun: true });
    expect(placeOf("t5").compute).toBeUndefined();
    expect(room.needs.t5).toBe(0);
    expect(fit("transformer", "t5")).toBe(true);
    expect(fit("transformer", "modulation")).toBe(false);
    expect(fit("decoder")).toBe(true);
    for (const name of ["clip", "modulation", "transformer", "encoder", "decoder"] as const)
      expect(placeOf(name)).toMatchObject({ device, compute: "f16" });
  });

  test("with fp8 weights that stay so in memory: they are cast at every run", () => {
    const { placeOf } = placed("cuda-fp8", 16 * GB);
    expect(placeOf("transformer").castsWhenRun).toBe(true);
    expect(placeOf("modulation").castsWhenRun).toBe(true);
    expect(placeOf("decoder").castsWhenRun).toBe(false);
  });

  test("where the memory is unknown: one after the other, as much as the transformer takes", () => {
    const { fit, room } = placed("webgpu-8bit");
    expect(room.bytes).toBe(room.needs.transformer);
    expect(fit("transformer", "clip")).toBe(false);
  });

  test.each<[NetworkName, number]>([
    ["t5", 9.6],
    ["clip", 0.25],
    ["modulation", 6.9],
  ])("%s takes %d GB in bfloat16", (name, gigabytes) => {
    expect(networkNeeds(fluxDev, variantOf("cuda-bf16"))[name] / GB).toBeCloseTo(gigabytes, 1);
  });
});
