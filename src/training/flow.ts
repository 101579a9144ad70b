// What a step of flow matching is fed: pages at chosen times between picture and noise.
import { pack, randn, type LatentSize } from "../engine/train/index.js";
import type { Random } from "../world/index.js";

/** How a step's times are drawn. */
export interface Times {
  /** the deviation of their logits */
  spread: number;
  /** towards noise: t' = shift · t / (shift · t + 1 − t); as sampling's schedule has it unless given */
  shift?: number;
}

/** A page to learn from, as tokens. */
export interface Page {
  /** clean latents, [L, 64] */
  tokens: Float32Array;
  /** clean tokens that the network sees at all times, and whose loss does not count; 1 marks them */
  known?: { values: Float32Array; mask: Uint8Array };
}

export interface FlowBatch {
  /** [B·L, 64] */
  img: Float32Array;
  target: Float32Array;
  /** [B] */
  timestep: Float32Array;
  /** [B·L, 1]; they sum to 1 */
  weight: Float32Array;
}

/**
 * x_t = (1 − t) z + t ε with target ε − z; t is logit-normal and then shifted.
 */
export function flowBatch(
  pages: readonly Page[],
  channels: number,
  random: Random,
  { spread, shift: given }: Times,
): FlowBatch {
  const length = pages[0]!.tokens.length;
  const tokens = length / channels;
  const shift = given ?? Math.exp(0.5 + ((tokens - 256) * 0.65) / 3840);
  const noise = randn(random.whole(0, 2 ** 31), length * pages.length);
  const batch: FlowBatch = {
    img: new Float32Array(noise.length),
    target: new Float32Array(noise.length),
    timestep: new Float32Array(pages.length),
    weight: new Float32Array(tokens * pages.length),
  };
  pages.forEach(({ tokens: clean, known }, page) => {
    const u = 1 / (1 + Math.exp(-spread * normal(random)));
    const t = (shift * u) / (shift * u + 1 - u);
    batch.timestep[page] = t;
    for (let i = 0, at = page * length; i < length; i++, at++) {
      const z = clean[i]!;
      batch.img[at] = (1 - t) * z + t * noise[at]!;
      batch.target[at] = noise[at]! - z;
    }
    const learnt = new Float32Array(tokens).fill(1);
    if (known)
      for (let token = 0; token < tokens; token++) {
        const from = token * channels;
        if (known.mask[from] !== 1) continue;
        learnt[token] = 0;
        batch.img.set(known.values.subarray(from, from + channels), page * length + from);
      }
    const count = learnt.reduce((sum, one) => sum + one, 0);
    batch.weight.set(
      learnt.map((one) => one / count / pages.length),
      page * tokens,
    );
  });
  return batch;
}

/** A normal number, by Box and Muller. */
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/** A square page's latents as tokens. */
export const toTokens = (latents: Float32Array, size: LatentSize): Float32Array =>
  pack(latents, size);

/** Latents with cells in another order: cell i of the result is cell `order[i]`, counted row by row. */
export function rearrange(
  latents: Float32Array,
  size: LatentSize,
  columns: number,
  order: readonly number[],
): Float32Array {
  const result = new Float32Array(latents.length);
  const side = size.width / columns;
  order.forEach((from, to) => {
    copyCell(result, cellOrigin(to, columns, side), latents, cellOrigin(from, columns, side), {
      size,
      from: size,
      side,
    });
  });
  return result;
}

/** Puts a cell's own latents into a page's. */
export function placeCell(
  page: Float32Array,
  size: LatentSize,
  columns: number,
  cell: number,
  latents: Float32Array,
): void {
  const side = size.width / columns;
  copyCell(
    page,
    cellOrigin(cell, columns, side),
    latents,
    { x: 0, y: 0 },
    {
      size,
      from: { ...size, width: side, height: side },
      side,
    },
  );
}

interface Origin {
  x: number;
  y: number;
}

const cellOrigin = (cell: number, columns: number, side: number): Origin => ({
  x: (cell % columns) * side,
  y: Math.floor(cell / columns) * side,
});

function copyCell(
  to: Float32Array,
  toOrigin: Origin,
  source: Float32Array,
  fromOrigin: Origin,
  { size, from, side }: { size: LatentSize; from: LatentSize; side: number },
): void {
  for (let channel = 0; channel < size.channels; channel++)
    for (let row = 0; row < side; row++) {
      const at = (channel * from.height + fromOrigin.y + row) * from.width + fromOrigin.x;
      const target = (channel * size.height + toOrigin.y + row) * size.width + toOrigin.x;
      to.set(source.subarray(at, at + side), target);
    }
}
