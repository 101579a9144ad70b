// A small picture straight from latents: each is a pixel, by a linear map of its channels to red, green and
// blue. Good enough to see where a page is going, and free.
import type { ModelConfig } from "./models/config.js";
import type { LatentSize } from "./sampling/tokens.js";
import type { Raster } from "../raster.js";

export interface LatentMap {
  /** a row of red, green and blue a channel; colours are −1 … 1 */
  weights: readonly (readonly number[])[];
  bias: readonly number[];
}

/** Of FLUX's own autoencoder: as ComfyUI publishes it. */
const flux: LatentMap = {
  weights: [
    [-0.0346, 0.0244, 0.0681], [0.0034, 0.021, 0.0687], [0.0275, -0.0668, -0.0433],
    [-0.0174, 0.016, 0.0617], [0.0859, 0.0721, 0.0329], [0.0004, 0.0383, 0.0115],
    [0.0405, 0.0861, 0.0915], [-0.0236, -0.0185, -0.0259], [-0.0245, 0.025, 0.118],
    [0.1008, 0.0755, -0.0421], [-0.0515, 0.0201, 0.0011], [0.0428, -0.0012, -0.0036],
    [0.0817, 0.0765, 0.0749], [-0.1264, -0.0522, -0.1103], [-0.028, -0.0881, -0.0499],
    [-0.1262, -0.0982, -0.0778],
  ], // prettier-ignore
  bias: [-0.0329, -0.0718, -0.0851],
};

/** The model's own, or that of FLUX's autoencoder, which its scale and shift tell; undefined: unknown. */
export function latentMapOf({ latentRgb, autoencoder }: ModelConfig): LatentMap | undefined {
  const { zChannels, scaleFactor, shiftFactor } = autoencoder;
  const isFlux = zChannels === 16 && scaleFactor === 0.3611 && shiftFactor === 0.1159;
  const map = latentRgb ?? (isFlux ? flux : undefined);
  return map?.weights.length === zChannels ? map : undefined;
}

/** @param latents - [C, height, width] → a pixel each */
export function pictureOf(
  latents: Float32Array,
  { height, width }: Pick<LatentSize, "height" | "width">,
  { weights, bias }: LatentMap,
): Raster {
  const pixels = height * width;
  const data = new Uint8ClampedArray(3 * pixels);
  for (let pixel = 0; pixel < pixels; pixel++)
    for (let colour = 0; colour < 3; colour++) {
      let value = bias[colour]!;
      weights.forEach((row, channel) => {
        value += row[colour]! * latents[channel * pixels + pixel]!;
      });
      data[3 * pixel + colour] = (value + 1) * 127.5;
    }
  return { width, height, data: new Uint8Array(data.buffer) };
}
