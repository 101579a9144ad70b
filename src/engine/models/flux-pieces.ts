// The transformer in pieces: what comes before the second block, what comes behind it, and its last layer
// alone. Steps that begin alike go on alike: what the blocks behind the first add to the image is then taken
// from an earlier step, and only the first and the last piece run (first-block cache; ParaAttention).
import { between, type Dim, type Graph } from "../graph/index.js";
import type { FluxConfig } from "./config.js";

export const IMG = "img after double_blocks.0";
export const TXT = "txt after double_blocks.0";
/** What the first block adds to the image. */
export const CHANGE = "change by double_blocks.0";
/** What all blocks behind it add. */
export const REST = "change by the other blocks";
export const ALL = "img after all blocks";
export const VELOCITY = "velocity";

export type FluxPiece = "first" | "rest" | "last";
export const fluxPieces: readonly FluxPiece[] = ["first", "rest", "last"];

const pieces: Record<FluxPiece, (g: Graph, img: Dim[]) => Graph> = {
  first(g) {
    tapChange(g, CHANGE, "img embedded", IMG);
    return between(g, { to: [IMG, TXT, CHANGE] });
  },
  rest(g, img) {
    tapChange(g, REST, IMG, ALL);
    return between(g, { from: { [IMG]: img, [TXT]: img.with(1, "S") }, to: [VELOCITY, REST] });
  },
  last(g, img) {
    const piece = between(g, { from: { [ALL]: img }, to: [VELOCITY] });
    piece.inputs.splice(
      piece.inputs.findIndex(({ name }) => name === ALL),
      1,
    );
    const parts = [piece.input(IMG, "F32", img), piece.input(REST, "F32", img)];
    piece.nodes.unshift({
      op: "Add",
      domain: "",
      inputs: parts.map(({ name }) => name),
      outputs: [ALL],
      attributes: {},
      needs: "range",
    });
    return piece;
  },
};

function tapChange(g: Graph, name: string, before: string, after: string): void {
  const [a, b] = [g.taps.get(after)!, g.taps.get(before)!];
  g.tap(
    name,
    g.precise("range", () => g.op("Sub", [a, b])),
  );
}

/** @param graph - the transformer or its blocks, of a model with a double block; it is used up */
export const fluxPiece = (graph: Graph, piece: FluxPiece, { hiddenSize }: FluxConfig): Graph =>
  pieces[piece](graph, [1, "L", hiddenSize]);
