// What a LoRA changes beside matrices: biases that it adds to, norms that it replaces. Both are small, and
// come in by inputs; everything in the graph that reads the weight reads the changed one instead.
import type { Graph, GraphNode } from "../graph/index.js";

export const biasName = (module: string): string => `${module}.lora_bias`;
export const normName = (key: string): string => `${key}/replaced`;

/**
 * @param biased - modules whose bias grows by an input [out]
 * @param replaced - checkpoint keys of norm weights that an input of their shape stands for
 */
export function takeExtras(
  graph: Graph,
  { biased, replaced }: { biased: readonly string[]; replaced: readonly string[] },
): void {
  const instead = new Map<string, string>();
  for (const key of replaced)
    instead.set(key, graph.input(normName(key), "F32", graph.weights.get(key)!).name);
  const sums: GraphNode[] = [];
  for (const { name, layer, outFeatures } of graph.lowRankModules) {
    if (!biased.includes(name)) continue;
    const [bias, grown] = [`${layer}.bias`, `${layer}.bias/grown`];
    const extra = graph.input(biasName(name), "F32", [outFeatures]);
    sums.push({
      op: "Add",
      domain: "",
      inputs: [bias, extra.name],
      outputs: [grown],
      attributes: {},
    });
    instead.set(bias, grown);
  }
  for (const { inputs } of graph.nodes)
    inputs.forEach((name, i) => (inputs[i] = instead.get(name) ?? name));
  graph.nodes.unshift(...sums);
}
