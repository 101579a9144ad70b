// A picture taken through a network piece by piece, so that memory grows with a piece and not with the
// picture. Pieces overlap, and where they do one fades into the other. The result differs a little from that of
// the whole: normalisation and attention see a piece alone.

/** Planes of one size, one after the other. */
export interface PlaneStack {
  channels: number;
  height: number;
  width: number;
  data: Float32Array;
}

/** In units that are whole pixels on both sides of the network: for the autoencoder, in latents. */
export interface TileSize {
  /** at most */
  side: number;
  /** at most a third of the side, or three tiles would meet */
  overlap: number;
}

/** Of the autoencoder: for a page of 132 latents a side, nine tiles in a fifth of the memory. */
export const AUTOENCODER_TILE: TileSize = { side: 64, overlap: 24 };

/** Pixels of a unit before and behind the network. */
export interface UnitPx {
  before: number;
  behind: number;
}

export interface Span {
  from: number;
  length: number;
  /** what it shares with the span before it */
  shared: number;
}

/** Of one picture; each tile of it goes through `run`. */
export async function throughTiles(
  picture: PlaneStack,
  {
    unit,
    size,
    run,
  }: { unit: UnitPx; size: TileSize; run: (tile: PlaneStack) => Promise<PlaneStack> },
): Promise<PlaneStack> {
  const [rows, columns] = [picture.height, picture.width].map((px) =>
    spans(px / unit.before, size),
  ) as [Span[], Span[]];
  let whole: PlaneStack | undefined;
  for (const [i, row] of rows.entries())
    for (const [j, column] of columns.entries()) {
      const tile = await run(cut(picture, row, column, unit.before));
      whole ??= emptyLike(picture, tile.channels, unit);
      const down = fade(row, rows[i + 1], unit.behind);
      const across = fade(column, columns[j + 1], unit.behind);
      addTile(whole, tile, {
        top: row.from * unit.behind,
        left: column.from * unit.behind,
        weightOf: (y, x) => down[y]! * across[x]!,
      });
    }
  return whole!;
}

/** Spans of equal length that cover 0 … `length`, as few as may be, in each other's reach by the overlap. */
export function spans(length: number, { side, overlap }: TileSize): Span[] {
  if (length <= side) return [{ from: 0, length, shared: 0 }];
  const count = Math.ceil((length - overlap) / (side - overlap));
  const each = Math.ceil((length + (count - 1) * overlap) / count);
  const fromOf = (i: number) => Math.round((i * (length - each)) / (count - 1));
  return Array.from({ length: count }, (_, i) => ({
    from: fromOf(i),
    length: each,
    shared: i === 0 ? 0 : fromOf(i - 1) + each - fromOf(i),
  }));
}

/** The weight of every pixel of a span: it rises where the span before falls, and falls where the next one rises. */
function fade(span: Span, next: Span | undefined, unitPx: number): Float32Array {
  const weights = new Float32Array(span.length * unitPx).fill(1);
  const [rise, fall] = [span.shared * unitPx, (next?.shared ?? 0) * unitPx];
  for (let i = 0; i < rise; i++) weights[i] = (i + 0.5) / rise;
  for (let i = 0; i < fall; i++) weights[weights.length - 1 - i] = (i + 0.5) / fall;
  return weights;
}

function cut(picture: PlaneStack, row: Span, column: Span, unitPx: number): PlaneStack {
  const { channels } = picture;
  const [height, width] = [row.length * unitPx, column.length * unitPx];
  const data = new Float32Array(channels * height * width);
  for (let channel = 0; channel < channels; channel++)
    for (let y = 0; y < height; y++) {
      const at = (channel * picture.height + row.from * unitPx + y) * picture.width;
      const from = at + column.from * unitPx;
      data.set(picture.data.subarray(from, from + width), (channel * height + y) * width);
    }
  return { channels, height, width, data };
}

interface Placed {
  top: number;
  left: number;
  weightOf: (y: number, x: number) => number;
}

function addTile(whole: PlaneStack, tile: PlaneStack, { top, left, weightOf }: Placed): void {
  for (let channel = 0, from = 0; channel < tile.channels; channel++)
    for (let y = 0; y < tile.height; y++) {
      const to = (channel * whole.height + top + y) * whole.width + left;
      for (let x = 0; x < tile.width; x++, from++)
        whole.data[to + x] = whole.data[to + x]! + weightOf(y, x) * tile.data[from]!;
    }
}

function emptyLike(picture: PlaneStack, channels: number, unit: UnitPx): PlaneStack {
  const [height, width] = [picture.height, picture.width].map(
    (px) => (px / unit.before) * unit.behind,
  ) as [number, number];
  return { channels, height, width, data: new Float32Array(channels * height * width) };
}
