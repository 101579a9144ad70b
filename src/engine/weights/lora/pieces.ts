// Along the rank several LoRAs of one layer are one: A stacked, B side by side, each in its own rows.
import type { LowRankModule } from "../../graph/index.js";
import type { LoraBranch } from "./branch.js";

/** What a module's two inputs get: down [rank, in], up [out, rank]. */
export interface LowRankPair {
  rank: number;
  down: Float32Array;
  up: Float32Array;
}

/** A branch with its numbers, B already scaled; B has the rows of the branch alone. */
export interface Piece extends LowRankPair {
  branch: Pick<LoraBranch, "rows" | "swapsHalves">;
}

/** Σ scale · values, of matrices of one shape. */
export function weightedSum(
  terms: readonly { values: Float32Array; scale: number }[],
): Float32Array {
  const [first, ...rest] = terms;
  const sum = first!.values.map((value) => first!.scale * value);
  for (const { values, scale } of rest)
    for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + scale * values[i]!;
  return sum;
}

/** Where a row of a branch's matrix stands in the layer. */
export function rowOf({ rows: [first, end], swapsHalves }: Piece["branch"], row: number): number {
  const count = end - first;
  return first + (swapsHalves ? (row + Math.ceil(count / 2)) % count : row);
}

export function joinPieces(
  { inFeatures, outFeatures }: LowRankModule,
  pieces: readonly Piece[],
): LowRankPair {
  const rank = pieces.reduce((sum, piece) => sum + piece.rank, 0);
  const [only] = pieces;
  if (pieces.length === 1 && only!.up.length === outFeatures * rank && !only!.branch.swapsHalves)
    return { rank, down: only!.down, up: only!.up };
  const down = new Float32Array(rank * inFeatures);
  const up = new Float32Array(outFeatures * rank);
  let column = 0;
  for (const piece of pieces) {
    down.set(piece.down, column * inFeatures);
    for (let row = 0; row < piece.up.length / piece.rank; row++)
      up.set(
        piece.up.subarray(row * piece.rank, (row + 1) * piece.rank),
        rowOf(piece.branch, row) * rank + column,
      );
    column += piece.rank;
  }
  return { rank, down, up };
}
