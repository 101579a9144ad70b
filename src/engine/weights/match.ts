// The strict key check: a network runs only on a file that has its tensors, all of them and no others.
// Each key of the graph is matched with the pieces it is made of, under the names the file gives them.
import { EngineError, type WeightFaultDetails } from "../error.js";
import { shortKey, shortShape, weightFault } from "./fault.js";
import {
  checkpoints,
  isOfAnotherNetwork,
  layoutOf,
  type CheckpointKind,
} from "./layouts/checkpoint.js";
import type { Expected, Piece } from "./layouts/layout.js";
import { checkFormats, isMark, scaleOf, type Tensors } from "./quantization.js";
import type { SourceTensor, WeightSource } from "./source.js";

export interface MatchedPiece extends Piece {
  tensor: SourceTensor;
  scale?: SourceTensor;
}

/** Tensors that public files carry beside those of the network, and that change nothing. */
const harmless = new Set([
  "encoder.embed_tokens.weight",
  "text_model.embeddings.position_ids",
  "text_projection.weight",
]);

export interface Wanted {
  kind?: CheckpointKind | undefined;
  /** key → shape, in the network's order */
  expected: Expected;
  /** which tensors are the graph's own, where the checkpoint holds those of other graphs too */
  owns?: ((name: string) => boolean) | undefined;
}

/**
 * @returns for each expected key the pieces whose rows, one below the other, are its tensor
 * @throws EngineError `bad_weights` naming the first tensor that is missing, misshaped or left over
 */
export async function matchWeights(
  source: WeightSource,
  { kind, expected, owns = () => true }: Wanted,
): Promise<Map<string, MatchedPiece[]>> {
  const { prefix, tensors: all } = ownTensors(source, kind);
  const layout = layoutOf(kind, all.keys(), expected);
  const own = new Map([...all].filter(([name]) => owns(name)));
  const wanted = [...expected].map(([key, shape]) => [key, layout(key, shape)] as const);
  const complain = (name: string, what: string, details: WeightFaultDetails): EngineError =>
    weightFault(source.path, `${shortKey(prefix + name)}: ${what}; is this the right model.json?`, {
      tensor: prefix + name,
      ...details,
    });

  const pieces = new Map(wanted.flatMap(([, cut]) => cut).map((piece) => [piece.name, piece]));
  if (pieces.size > 0 && ![...pieces.keys()].some((name) => own.has(name)))
    throw nothingFits(source);
  for (const [name, { shape }] of own) {
    const needed = pieces.get(name)?.shape;
    if (needed !== undefined && needed.join() !== shape.join())
      throw complain(name, `tensor is ${shortShape(shape)}, config needs ${shortShape(needed)}`, {
        error: "wrong-shape",
        found: shape,
        wanted: needed,
      });
  }

  const used = new Set<string>();
  const take = (piece: Piece): MatchedPiece => {
    const tensor = own.get(piece.name);
    if (tensor === undefined)
      throw complain(
        piece.name,
        `missing tensor, file has none, config needs ${shortShape(piece.shape)}`,
        { error: "missing-tensor", wanted: piece.shape },
      );
    used.add(piece.name);
    const scale = scaleOf(own, piece.name);
    if (scale === undefined) return { ...piece, tensor };
    const { shape } = scale.tensor;
    if (shape.some((size) => size !== 1))
      throw complain(scale.name, `scale is ${shortShape(shape)}, one number is understood`, {
        error: "wrong-shape",
        found: shape,
        wanted: [],
      });
    used.add(scale.name);
    return { ...piece, tensor, scale: scale.tensor };
  };
  const matched = new Map(wanted.map(([key, cut]) => [key, cut.map(take)] as const));

  for (const [name, { shape }] of own)
    if (!used.has(name) && !harmless.has(name) && !isMark(own, name))
      throw complain(name, `extra tensor, file has ${shortShape(shape)}, config needs none`, {
        error: "extra-tensor",
        found: shape,
      });
  await checkFormats(source, own, prefix);
  return matched;
}

function nothingFits({ path, tensors }: WeightSource): EngineError {
  const [first = ""] = tensors.keys();
  return weightFault(
    path,
    `is of another model: it has none of the tensors that are needed; its first is ${shortKey(first) || "missing, too"}`,
    { error: "nothing-fits", tensor: first },
  );
}

/** The network's part of a checkpoint: all of it, or what stands behind the network's prefix in an all-in-one. */
function ownTensors(
  { path, tensors }: WeightSource,
  kind: CheckpointKind | undefined,
): { prefix: string; tensors: Tensors } {
  if (kind === undefined) return { prefix: "", tensors };
  const { prefix } = checkpoints[kind];
  const own = [...tensors].filter(([name]) => name.startsWith(prefix));
  if (own.length === 0) return { prefix: "", tensors };
  for (const name of tensors.keys())
    if (!isOfAnotherNetwork(name))
      throw weightFault(path, `${shortKey(name)}: extra tensor, of no network that is known`, {
        error: "extra-tensor",
        tensor: name,
      });
  return {
    prefix,
    tensors: new Map(own.map(([name, tensor]) => [name.slice(prefix.length), tensor])),
  };
}
