import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { encode, Graph, type WeightType } from "#src/engine/graph/index.js";
import { decoder, encoder } from "#src/engine/models/autoencoder.js";
import { clipTextEncoder } from "#src/engine/models/clip.js";
import { fluxTransformer } from "#src/engine/models/flux.js";
import { t5Encoder } from "#src/engine/models/t5.js";
import { fluxDev } from "./real-sizes.js";

type Header = Record<string, [dtype: string, shape: number[]]>;

const header = (name: string): Header =>
  JSON.parse(readFileSync(new URL(`../reference/headers/${name}.json`, import.meta.url), "utf8"))
    .tensors;

/** What graphs say of their weights in the public file's own types: key → [dtype, shape]. */
function declared(graphs: Graph[], file: Header): Header {
  const found: Header = {};
  for (const graph of graphs) {
    encode(graph, (key) => {
      const entry = file[key];
      if (entry === undefined) throw new Error(`the public file has no ${key}`);
      found[key] = [entry[0], graph.weights.get(key)!];
      return { dtype: entry[0] as WeightType, file: "weights", offset: 0, length: 0 };
    });
  }
  return found;
}

describe("graphs at the real sizes need exactly the public files' tensors", () => {
  test.each([
    ["flux1-dev", "BF16", [fluxTransformer(fluxDev.transformer)]],
    ["ae", "F32", [encoder(fluxDev.autoencoder), decoder(fluxDev.autoencoder)]],
    ["t5xxl", "F16", [t5Encoder(fluxDev.t5)]],
    ["clip_l", "F16", [clipTextEncoder(fluxDev.clip)]],
  ] as const)("%s, every tensor %s", (name, dtype, graphs) => {
    const file = header(name);
    expect(declared([...graphs], file)).toEqual(file);
    expect(new Set(Object.values(file).map(([type]) => type))).toEqual(new Set([dtype]));
  });

  test.each(["asymmetric_lora_9f_general", "asymmetric_lora_4f_general", "recraft"])(
    "the transformer's LoRA branches are those of %s",
    (name) => {
      const file = header(name);
      const { lowRankModules } = fluxTransformer(fluxDev.transformer);
      expect(lowRankModules).toHaveLength(304);
      const inFile = new Set(Object.keys(file).map((key) => key.slice(0, key.indexOf("."))));
      expect(new Set(lowRankModules.map((module) => module.name))).toEqual(inFile);
      for (const { name: module, inFeatures, outFeatures } of lowRankModules) {
        const rank = file[`${module}.lora_down.weight`]![1][0]!;
        const up = file[`${module}.lora_up.weight`] ?? file[`${module}.lora_ups.0.weight`];
        expect(file[`${module}.lora_down.weight`]![1]).toEqual([rank, inFeatures]);
        expect(up![1]).toEqual([outFeatures, rank]);
      }
    },
  );
});
