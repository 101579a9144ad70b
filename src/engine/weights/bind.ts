// From files to a graph: every key bound to the bytes it comes from.
import { gemmWeights, type Graph, type WeightBinding } from "../graph/index.js";
import { bindingOf } from "./binding-of.js";
import type { CheckpointKind } from "./layouts/checkpoint.js";
import type { BakedStack } from "./lora/index.js";
import { matchWeights } from "./match.js";
import { openWeights, type WeightWarning } from "./source.js";

/** Weights that a session can be made on. */
export interface BoundWeights {
  /** the folder that the files of the bindings lie in */
  root: string;
  bind: (key: string) => WeightBinding;
}

export interface BindOptions {
  /** which network's tensors the graph asks for; without it they have our names in one file */
  kind?: CheckpointKind | undefined;
  /** which of them are its own, where graphs share them */
  owns?: ((name: string) => boolean) | undefined;
  /** of the whole checkpoint, where the graph is a part of the one that needs it: key → shape */
  whole?: ReadonlyMap<string, readonly number[]> | undefined;
  /** told of what stops nothing, and should be known */
  onWarning?: ((warning: WeightWarning) => void) | undefined;
  /** LoRAs whose tensors are weights of the graph, too: they have their own files */
  baked?: BakedStack | undefined;
}

/**
 * Opens a file or a folder of weights, and holds it against the graph.
 * @throws EngineError `no_such_file`, or `bad_weights` naming what is wrong, and in which tensor
 */
export async function bindWeights(
  graph: Graph,
  path: string,
  { kind, owns, whole, onWarning, baked }: BindOptions = {},
): Promise<BoundWeights> {
  const own = new Map([...graph.weights].filter(([key]) => !baked?.weights.has(key)));
  const source = await openWeights(path, kind);
  for (const warning of source.warnings) onWarning?.(warning);
  const matched = await matchWeights(source, { expected: whole ?? own, kind, owns });
  const matrices = gemmWeights(graph);
  const bindings = new Map(
    [...own.keys()].map((key) => [
      key,
      bindingOf(source.path, key, matched.get(key)!, matrices.has(key)),
    ]),
  );
  return { root: source.root, bind: (key) => bindings.get(key)! };
}
