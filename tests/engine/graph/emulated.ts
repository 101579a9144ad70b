// A lowered graph as the processor can run it: every op computes in float32, and what it gives is rounded to
// the type that it would have. Products add up in float32, as they do on the devices.
import { castNode } from "#src/engine/graph/binding.js";
import type { Graph } from "#src/engine/graph/index.js";

export function emulated(low: Graph): Graph {
  const graph = low.emptied();
  for (const [name, type] of low.halves) graph.halves.set(name, type);
  const widened = new Set<string>();
  const wide = (name: string): string => {
    if (!low.halves.has(name)) return name;
    const as = `${name}/wide`;
    if (!widened.has(as)) graph.nodes.push(castNode(name, as, "F32"));
    widened.add(as);
    return as;
  };
  for (const node of low.nodes) {
    if (node.op === "Cast") {
      graph.nodes.push(node);
      continue;
    }
    const inputs = node.op === "Shape" ? node.inputs : node.inputs.map(wide);
    const halves = node.outputs.filter((name) => low.halves.has(name));
    const outputs = node.outputs.map((name) => (low.halves.has(name) ? `${name}/exact` : name));
    graph.nodes.push({ ...node, inputs, outputs });
    for (const name of halves)
      graph.nodes.push(castNode(`${name}/exact`, name, low.halves.get(name)!));
  }
  return graph;
}
