import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { encode, Graph, type WeightType } from "#src/engine/graph/index.js";
import { decoder, encoder } from "#src/engine/models/autoencoder.js";
import { clipTextEncoder } from "#src/engine/models/clip.js";
import { fluxTransformer } from "#src/engine/models/flux.js";
import { t5Encoder } from "#src/engine/models/t5.js";
import { fluxDev } from "#src/doctor/flux-dev.js";

type Header = Record<string, [dtype: string, shape: number[]]>;

const header = (name: string): Header =>
  JSON.parse(readFileSync(new URL(`../reference/headers/${name}.json`, import.meta.url), "utf8"))
    .tensors;

/** Binds graphs to the public file; what they declare of its tensors: key → [dtype, shape]. */
function declared(graphs: Graph[], file: Header): { tensors: Header; models: Uint8Array[] } {
  const tensors: Header = {};
  const models = graphs.map((graph) =>
    encode(graph, (key) => {
      const entry = file[key];
      if (entry === undefined) throw new Error(`the public file has no ${key}`);
      const shape = graph.weights.get(key)!;
      tensors[key] = [entry[0], shape];
      const dtype = entry[0] as WeightType;
      const part = { dtype, shape, file: "weights", offset: 0, length: 0 };
      return { kind: "parts", parts: [part] };
    }),
  );
  return { tensors, models };
}

/** How often a text stands in an encoded model. */
const occurrences = (models: Uint8Array[], text: string): number =>
  models.reduce(
    (sum, model) => sum + Buffer.from(model).toString("latin1").split(text).length - 1,
    0,
  );

describe("graphs at the real sizes need exactly the public files' tensors", () => {
  test.each([
    ["flux1-dev", "BF16", [fluxTransformer(fluxDev.transformer)]],
    ["ae", "F32", [encoder(fluxDev.autoencoder), decoder(fluxDev.autoencoder)]],
    ["t5xxl", "F16", [t5Encoder(fluxDev.t5)]],
    ["clip_l", "F16", [clipTextEncoder(fluxDev.clip)]],
  ] as const)("%s, every tensor %s", (name, dtype, graphs) => {
    const file = header(name);
    const { tensors, models } = declared([...graphs], file);
    expect(tensors).toEqual(file);
    // A tensor of 16 bits is declared under a name of its own, and cast once; one of 32 is used as it is.
    const stored = dtype === "F32" ? 0 : Object.keys(file).length;
    expect(occurrences(models, `@${dtype}`)).toBe(2 * stored);
    for (const model of models) expect(model.length).toBeLessThan(2 ** 20);
  });

  test.each([
    ["asymmetric_lora_9f_general", 10],
    ["asymmetric_lora_4f_general", 21],
    ["recraft", 1],
  ])("the transformer's LoRA branches are those of %s, with %i B", (name, ups) => {
    const file = header(name);
    const { lowRankModules } = fluxTransformer(fluxDev.transformer);
    expect(lowRankModules).toHaveLength(304);
    const inFile = new Set(Object.keys(file).map((key) => key.slice(0, key.indexOf("."))));
    expect(new Set(lowRankModules.map((module) => module.name))).toEqual(inFile);
    for (const { name: module, inFeatures, outFeatures } of lowRankModules) {
      const own = Object.entries(file).filter(([key]) => key.startsWith(`${module}.`));
      const rank = file[`${module}.lora_down.weight`]![1][0]!;
      for (const [key, [, shape]] of own)
        if (key.endsWith("down.weight")) expect(shape).toEqual([rank, inFeatures]);
        else expect(shape).toEqual(key.endsWith(".alpha") ? [] : [outFeatures, rank]);
      expect(own).toHaveLength(2 + ups);
    }
  });
});
