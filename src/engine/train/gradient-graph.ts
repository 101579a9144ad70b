// From a network's graph to one that also gives gradients: weights that are trained come in as inputs,
// gradients go out beside the outputs.
import { Graph, inferShapes, type Value } from "../graph/index.js";
import { differentiate } from "./differentiate.js";

export interface GradientOptions {
  /** names of weights and inputs whose gradients go out, as `grad.<name>` */
  wrt: readonly string[];
  /** the size of every dimension that the graph's inputs leave open */
  sizeOf?: (dimension: string) => number | undefined;
}

export const gradientName = (name: string): string => `grad.${name}`;

/** Turns weights into inputs: those that change from run to run. */
export function freeWeights(g: Graph, keys: Iterable<string>): void {
  for (const key of keys) {
    const shape = g.weights.get(key);
    if (shape === undefined) continue;
    g.weights.delete(key);
    g.inputs.push({ name: key, type: "F32", dims: shape });
  }
}

/** Gradients of the scalar `loss`, which is an output of the graph. Changes the graph. */
export function addLossGradients(g: Graph, loss: Value, options: GradientOptions): void {
  addGradients(g, new Map([[loss.name, g.floats([1], [])]]), options);
}

/**
 * Gradients under those that arrive at the graph's outputs, which become inputs `grad.<output>`; the
 * outputs themselves are not given. Changes the graph.
 */
export function addOutputGradients(g: Graph, options: GradientOptions): void {
  const known = inferShapes(g, options.sizeOf);
  const seeds = g.outputs.map((name) => {
    const dims = [...known.get(name)!.shape];
    return [name, g.input(gradientName(name), "F32", dims)] as const;
  });
  g.outputs.length = 0;
  addGradients(g, new Map(seeds), options);
}

function addGradients(g: Graph, seeds: Map<string, Value>, { wrt, sizeOf }: GradientOptions): void {
  const known = inferShapes(g, sizeOf);
  const gradients = differentiate(g, seeds, wrt, known);
  for (const input of g.inputs) input.dims = [...known.get(input.name)!.shape]; // it fits no others now
  for (const [name, gradient] of gradients) g.output(gradientName(name), gradient);
}
