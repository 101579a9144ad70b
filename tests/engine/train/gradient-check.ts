// The gradient of every number that goes into a small graph, against finite differences. The runtime
// computes in float32; what it answers is summed in float64, and the inputs have few enough digits to
// move by exactly the step.
import { expect } from "vitest";
import { Graph, type Value } from "#src/engine/graph/index.js";
import { openGraph, type Feed } from "#src/engine/runtime/session.js";
import { addOutputGradients, gradientName } from "#src/engine/train/gradient-graph.js";
import { dot, relativeRms, slopeOf } from "./slope.js";

export interface GradientCase {
  what: string;
  /** of the inputs whose gradients are looked at */
  shapes: number[][];
  build(g: Graph, inputs: Value[]): Value | Value[];
  /** whether all inputs are above 0; else they are on both sides, and away from it */
  positive?: boolean;
}

const STEP = 1 / 32;
const FLOAT = 1; // ONNX's number of float32

/** From ±0.5 to ±1.5 in steps of 1/64: no kink at 0 lies within a few steps. */
export function someNumbers(
  shape: readonly number[],
  seed: number,
  positive = false,
): Feed & { data: Float32Array } {
  let state = seed;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
    const size = 0.5 + Math.floor(64 * next()) / 64;
    return next() < 0.5 && !positive ? -size : size;
  });
  return { data, dims: shape };
}

/** @returns the largest relative RMS among the inputs' gradients */
export async function worstGradient(
  { shapes, build, positive }: GradientCase,
  op: string,
): Promise<number> {
  const names = shapes.map((_, i) => `x${i}`);
  const graph = () => {
    const g = new Graph();
    const inputs = shapes.map((shape, i) => g.input(names[i]!, "F32", shape));
    [build(g, inputs)].flat().forEach((value, i) => g.output(`y${i}`, value));
    expect(g.nodes.map((node) => node.op)).toContain(op);
    return g;
  };
  const feeds = Object.fromEntries(
    shapes.map((shape, i) => [names[i]!, someNumbers(shape, 7 + i, positive)]),
  );
  const backward = graph();
  addOutputGradients(backward, { wrt: names });
  for (const name of names) {
    const shape = backward.op("Shape", [{ name: gradientName(name) }]);
    backward.output(`shape of ${name}`, backward.op("Cast", [shape], { to: FLOAT }));
  }
  const [values, gradients] = await Promise.all([openGraph(graph()), openGraph(backward)]);
  const seeds = backward.inputs.slice(names.length).map(({ name, dims }, i) => ({
    name,
    output: name.slice(gradientName("").length),
    ...someNumbers(dims as number[], 100 + i),
  }));
  const total = async () => {
    const outputs = await values.run(feeds);
    return seeds.reduce((sum, { output, data }) => sum + dot(outputs[output]!, data), 0);
  };
  const answer = await gradients.run({
    ...feeds,
    ...Object.fromEntries(seeds.map(({ name, data, dims }) => [name, { data, dims }])),
  });
  let worst = 0;
  for (const [i, name] of names.entries()) {
    const { data } = feeds[name]!;
    expect([...answer[`shape of ${name}`]!]).toEqual(shapes[i]);
    const slopes: number[] = [];
    for (const [at, number] of data.entries()) {
      const moved = (t: number) => {
        data[at] = number + t;
        return total();
      };
      slopes.push(await slopeOf(moved, STEP));
      data[at] = number;
    }
    worst = Math.max(worst, relativeRms(answer[gradientName(name)]!, slopes));
  }
  await Promise.all([values.close(), gradients.close()]);
  return worst;
}
