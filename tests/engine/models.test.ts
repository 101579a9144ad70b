import { expect, test } from "vitest";
import { ropeTable } from "#src/engine/layers/rope.js";
import { modelConfig } from "#src/engine/models/config.js";
import { t5Buckets } from "#src/engine/models/t5.js";
import { fluxDev } from "#src/doctor/flux-dev.js";

test("T5's buckets: exact near by, logarithmic far away, the last one shared", () => {
  const length = 300;
  const buckets = t5Buckets(length);
  const bucket = (query: number, key: number) => Number(buckets[query * length + key]);
  expect([0, 1, 7, 8, 11, 12, 16, 32, 64, 128, 299].map((d) => bucket(d, 0))).toEqual([
    0, 1, 7, 8, 8, 9, 10, 12, 14, 15, 15,
  ]);
  expect([1, 7, 8, 16, 32, 64, 128].map((d) => bucket(0, d))).toEqual([17, 23, 24, 26, 28, 30, 31]);
});

test("rope gives every axis its share of the head", () => {
  const { cos, sin } = ropeTable(Float32Array.of(0, 2, 3), [2, 4, 4], 10000);
  const angles = [0, 2, 2 / 100, 3, 3 / 100];
  expect([...cos]).toEqual([...Float32Array.from(angles, Math.cos)]);
  expect([...sin]).toEqual([...Float32Array.from(angles, Math.sin)]);
});

test("a model.json names files inside its folder, or in full, and no network share", () => {
  for (const file of ["../flux.safetensors", "//host/share/flux", "a/../../b", "a\\..\\b"]) {
    const config = { ...fluxDev, transformer: { ...fluxDev.transformer, file } };
    expect(modelConfig.safeParse(config).error?.issues[0]?.message).toContain("inside the model");
  }
});

test("axes that do not fill the head are refused", () => {
  const transformer = { ...fluxDev.transformer, axesDim: [16, 56, 54] };
  expect(modelConfig.safeParse({ ...fluxDev, transformer }).error?.issues[0]?.message).toContain(
    "axesDim must sum",
  );
});
