// A graph with gradients, ready to run on parameters that change from step to step.
import type { Graph } from "../graph/index.js";
import { withPlainNorms } from "../layers/plain-norm.js";
import { withPlainProducts } from "../layers/plain-product.js";
import type { Device } from "../runtime/device.js";
import { openGraph, openSession, type Feed, type Outputs } from "../runtime/session.js";
import { gradientName } from "./gradient-graph.js";
import type { Gradients, Parameter } from "./optimizers/index.js";

export interface GradientResult {
  /** what the graph gives besides gradients */
  outputs: Outputs;
  /** by the name of what they are gradients of */
  gradients: Gradients;
}

export interface GradientSession {
  /** @param feeds - every input of the graph that is no parameter */
  run(feeds: Record<string, Feed>): Promise<GradientResult>;
  close(): Promise<void>;
}

/** A graph of batches as a device can run it. */
export const fitForTraining = (graph: Graph, device?: Device): Graph =>
  device === undefined || device.provider === "cpu"
    ? graph
    : withPlainProducts(withPlainNorms(graph));

export interface GradientSessionOptions {
  /** where the weights lie that are not trained */
  weightsPath?: string;
  threads?: number;
  device?: Device;
}

export async function openGradients(
  graph: Graph,
  parameters: readonly Parameter[],
  { weightsPath, ...options }: GradientSessionOptions = {},
): Promise<GradientSession> {
  const fitted = fitForTraining(graph, options.device);
  const session = await (weightsPath === undefined
    ? openGraph(fitted, options)
    : openSession(fitted, weightsPath, options));
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  const used = parameters.filter(({ name }) => inputs.has(name));
  const fixed = Object.fromEntries(
    used.map(({ name, value, shape }) => [name, { data: value, dims: shape }]),
  );
  return {
    async run(feeds) {
      const results = Object.entries(await session.run({ ...fixed, ...feeds }));
      const prefix = gradientName("");
      const isGradient = ([name]: readonly [string, unknown]) => name.startsWith(prefix);
      return {
        outputs: Object.fromEntries(results.filter((result) => !isGradient(result))),
        gradients: new Map(
          results.filter(isGradient).map(([name, data]) => [name.slice(prefix.length), data]),
        ),
      };
    },
    close: () => session.close(),
  };
}
