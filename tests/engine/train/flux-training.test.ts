import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { encode, inferShapes, type Graph, type WeightType } from "#src/engine/graph/index.js";
import { downName, upName } from "#src/engine/layers/low-rank.js";
import { fluxTransformer } from "#src/engine/models/flux.js";
import { addFlowMatchingLoss } from "#src/engine/train/flow-matching.js";
import { gradientName } from "#src/engine/train/gradient-graph.js";
import { cutIntoSegments } from "#src/engine/train/segments.js";
import { fluxDev } from "#src/doctor/flux-dev.js";

type Header = Record<string, [dtype: string, shape: number[]]>;
const header = (name: string): Header =>
  JSON.parse(readFileSync(new URL(`../../reference/headers/${name}.json`, import.meta.url), "utf8"))
    .tensors;

/** The three recipes of the paper: pages of nine or four frames, and four consecutive ones of nine. */
const recipes = [
  { name: "asymmetric LoRA", batch: 2, rank: 64, tokens: 66 * 66 },
  { name: "ReCraft", batch: 1, rank: 256, tokens: 66 * 66 },
  { name: "interpolation", batch: 1, rank: 256, tokens: 44 * 44 },
];

describe("training graphs of FLUX.1-dev at its real sizes", () => {
  test.each(recipes)("$name: a piece a block, on the public file's tensors", (recipe) => {
    const { batch, rank, tokens } = recipe;
    const text = fluxDev.t5.maxLength!;
    const graph = fluxTransformer(fluxDev.transformer, { batch });
    addFlowMatchingLoss(graph, 64);
    const modules = graph.lowRankModules;
    const wrt = modules.flatMap(({ name }) => [downName(name), upName(name)]);
    const sizes: Record<string, number> = {
      B·L: batch * tokens,
      B·S: batch * text,
      tokens: tokens + text,
    };
    const sizeOf = (name: string) =>
      sizes[name] ?? (name.startsWith("rank of ") ? rank : undefined);
    const segments = cutIntoSegments(graph, { wrt, sizeOf });

    expect(modules).toHaveLength(304);
    expect(segments).toHaveLength(1 + 19 + 38 + 1); // embedding, blocks, last layer
    const gradients = new Set(segments.flatMap(({ backward }) => backward.outputs));
    expect(wrt.filter((name) => !gradients.has(gradientName(name)))).toEqual([]);

    const file = header("flux1-dev");
    const used = new Set<string>();
    for (const { forward, backward, gives } of segments) {
      bind(forward, file, used);
      bind(backward, file, used);
      const shapes = inferShapes(forward, sizeOf);
      for (const { name, dims } of gives) expect(shapes.get(name)!.shape).toEqual(dims);
    }
    expect([...used].toSorted()).toEqual(Object.keys(file).toSorted());
  });
});

/** Encodes a graph on the public file; a tensor it lacks, or has in another shape, fails. */
function bind(graph: Graph, file: Header, used: Set<string>): void {
  encode(graph, (key) => {
    const [dtype, shape] = file[key] ?? [];
    if (dtype === undefined || shape === undefined)
      throw new Error(`the public file has no ${key}`);
    expect(shape, key).toEqual(graph.weights.get(key));
    used.add(key);
    const part = { dtype: dtype as WeightType, shape, file: "weights", offset: 0, length: 0 };
    return { kind: "parts", parts: [part] };
  });
}
