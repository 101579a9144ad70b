// Weights held against a network before anybody runs it: whether they are its own, all of them, and in which
// types. Headers alone are read.
import { graphsOf } from "./model-weights.js";
import type { ModelConfig } from "./models/config.js";
import type { CheckpointKind } from "./weights/layouts/checkpoint.js";
import { matchWeights } from "./weights/match.js";
import { openWeights } from "./weights/source.js";

export interface CheckedWeights {
  /** of the network's tensors, as their file calls them; first the one that most bytes are of */
  dtypes: string[];
  /** of the network's tensors; a file may hold more than one network */
  sizeBytes: number;
  /** what a person should know, such as shards that belong to nothing */
  warnings: string[];
}

/** @throws EngineError `no_such_file`, or `bad_weights` that says what is wrong and where */
export async function checkWeights(
  path: string,
  kind: CheckpointKind,
  config: ModelConfig,
): Promise<CheckedWeights> {
  const source = await openWeights(path, kind);
  const graphs = graphsOf[kind](config);
  const expected = new Map(graphs.flatMap(({ weights }) => [...weights]));
  const matched = await matchWeights(source, { kind, expected });
  const tensors = new Set([...matched.values()].flat().map(({ tensor }) => tensor));
  const bytesOf = new Map<string, number>();
  for (const { dtype, length } of tensors) bytesOf.set(dtype, (bytesOf.get(dtype) ?? 0) + length);
  return {
    dtypes: [...bytesOf].toSorted(([, a], [, b]) => b - a).map(([dtype]) => dtype),
    sizeBytes: [...bytesOf.values()].reduce((sum, bytes) => sum + bytes, 0),
    warnings: source.warnings.map(({ message }) => message),
  };
}
