// Latents as the transformer sees them: patches of 2 x 2 become tokens of 64 numbers, channel-major.

/** Latent size; a page of 8·height x 8·width px. */
export interface LatentSize {
  channels: number;
  height: number;
  width: number;
}

const PATCH = 2;

/** [C, height, width] → [height/2 · width/2, 4·C] */
export function pack(latents: Float32Array, size: LatentSize): Float32Array {
  const tokens = new Float32Array(latents.length);
  forEachNumber(size, (latent, token) => {
    tokens[token] = latents[latent] as number;
  });
  return tokens;
}

/** [height/2 · width/2, 4·C] → [C, height, width] */
export function unpack(tokens: Float32Array, size: LatentSize): Float32Array {
  const latents = new Float32Array(tokens.length);
  forEachNumber(size, (latent, token) => {
    latents[latent] = tokens[token] as number;
  });
  return latents;
}

/** The ids (0, row, column) of every image token. */
export function imageIds({ height, width }: LatentSize): Float32Array {
  const rows = height / PATCH;
  const columns = width / PATCH;
  const ids = new Float32Array(3 * rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      ids.set([0, row, column], 3 * (row * columns + column));
  return ids;
}

function forEachNumber(
  { channels, height, width }: LatentSize,
  visit: (latent: number, token: number) => void,
): void {
  let token = 0;
  for (let row = 0; row < height; row += PATCH)
    for (let column = 0; column < width; column += PATCH)
      for (let channel = 0; channel < channels; channel++)
        for (let y = 0; y < PATCH; y++)
          for (let x = 0; x < PATCH; x++)
            visit((channel * height + row + y) * width + column + x, token++);
}
