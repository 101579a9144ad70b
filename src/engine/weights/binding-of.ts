// Pieces of files as the graph's writer wants them: where which bytes lie.
import type { WeightBinding, WeightPart } from "../graph/index.js";
import { shortKey, weightFault } from "./fault.js";
import { floatTypes, isFloatType } from "./floats.js";
import type { MatchedPiece } from "./match.js";
import type { SourceTensor } from "./source.js";

/**
 * @param path - for messages
 * @param isMatrix - whether the graph only multiplies by it, so that it may come in blocks
 * @throws EngineError `bad_weights` for a type that cannot be computed with
 */
export function bindingOf(
  path: string,
  key: string,
  pieces: MatchedPiece[],
  isMatrix: boolean,
): WeightBinding {
  const blocks = pieces[0]?.tensor.blocks;
  if (blocks === undefined)
    return { kind: "parts", parts: pieces.map((piece) => partOf(path, piece)) };
  if (!isMatrix || pieces.length > 1)
    throw weightFault(path, `has ${shortKey(key)} in blocks, where plain numbers are needed`, {
      error: "unknown-format",
      tensor: key,
    });
  const { bits, quants, scales, zeroPoints } = blocks;
  return {
    kind: "blocks",
    bits,
    quants: { ...locationOf(quants), dtype: "U8" },
    scales: partOf(path, { name: key, tensor: scales }),
    ...(zeroPoints && { zeroPoints: partOf(path, { name: key, tensor: zeroPoints }) }),
  };
}

type Stored = Pick<MatchedPiece, "name" | "tensor" | "scale" | "rows">;

function partOf(path: string, { name, tensor, scale, rows }: Stored): WeightPart {
  const { dtype } = tensor;
  if (!isFloatType(dtype))
    throw weightFault(
      path,
      `${shortKey(name)}: tensor is ${dtype}, this engine runs ${floatTypes.join(", ")}`,
      { error: "unknown-format", tensor: name },
    );
  const part = { ...locationOf(tensor, rows), dtype };
  return scale === undefined
    ? part
    : { ...part, scale: partOf(path, { name: `${name}'s scale`, tensor: scale }) };
}

function locationOf(
  { shape, file, offset, length }: SourceTensor,
  rows?: readonly [number, number],
): Omit<WeightPart, "dtype"> {
  if (rows === undefined) return { shape, file, offset, length };
  const [first, end] = rows;
  const rowBytes = length / shape[0]!;
  return {
    shape: [end - first, ...shape.slice(1)],
    file,
    offset: offset + first * rowBytes,
    length: (end - first) * rowBytes,
  };
}
