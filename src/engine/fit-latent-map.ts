// The linear map from latents to colours that is nearest to what an autoencoder means by them, by least
// squares over its own pictures.
import type { LatentMap } from "./latent-map.js";
import type { Planes } from "./networks.js";

const LATENT_PX = 8;
/** Added to each channel's mean square, so that none can be free. */
const FIRMNESS = 1e-6;

/** Takes pictures with their latents, as many as one likes; then gives the map. */
export class LatentMapFit {
  readonly #channels: number;
  /** sums of products of the channels, and a one, with each other; and with the colours */
  readonly #products: number[][];
  readonly #colours: number[][];

  constructor(channels: number) {
    this.#channels = channels;
    this.#products = zeros(channels + 1, channels + 1);
    this.#colours = zeros(channels + 1, 3);
  }

  /** @param latents - [C, height/8, width/8] of the picture, as the transformer sees them */
  add(latents: Float32Array, picture: Planes): void {
    const width = picture.width / LATENT_PX;
    const pixels = (width * picture.height) / LATENT_PX;
    for (let pixel = 0; pixel < pixels; pixel++) {
      const channels = Array.from(
        { length: this.#channels },
        (_, channel) => latents[channel * pixels + pixel]!,
      );
      const row = [...channels, 1];
      const colour = meanColour(picture, Math.floor(pixel / width), pixel % width);
      row.forEach((value, i) => {
        row.forEach((other, j) => (this.#products[i]![j]! += value * other));
        colour.forEach((other, j) => (this.#colours[i]![j]! += value * other));
      });
    }
  }

  /** Rounded to four digits behind the point. A channel that says nothing gets nothing. */
  map(): LatentMap {
    const pixels = this.#products.at(-1)!.at(-1)!;
    const firm = this.#products.map((row, i) => row.with(i, row[i]! + FIRMNESS * pixels));
    const solved = solve(firm, this.#colours).map((row) =>
      row.map((value) => Math.round(1e4 * value) / 1e4),
    );
    return { weights: solved.slice(0, -1), bias: solved.at(-1)! };
  }
}

/** Of the square that a latent stands for. */
function meanColour({ data, width, height }: Planes, row: number, column: number): number[] {
  return [0, 1, 2].map((colour) => {
    let sum = 0;
    for (let y = 0; y < LATENT_PX; y++)
      for (let x = 0; x < LATENT_PX; x++)
        sum += data[(colour * height + LATENT_PX * row + y) * width + LATENT_PX * column + x]!;
    return sum / LATENT_PX ** 2;
  });
}

const zeros = (rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, () => Array<number>(columns).fill(0));

/** X of A X = B for a symmetric, positive A: elimination needs no pivots. */
function solve(a: readonly number[][], b: readonly number[][]): number[][] {
  const rows = a.map((row, i) => [...row, ...b[i]!]);
  rows.forEach((pivot, i) => {
    const scale = 1 / pivot[i]!;
    pivot.forEach((value, j) => (pivot[j] = value * scale));
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = row[i]!;
      row.forEach((value, j) => (row[j] = value - factor * pivot[j]!));
    }
  });
  return rows.map((row) => row.slice(a.length));
}
