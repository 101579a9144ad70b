// The autoencoder: pictures in −1…1 to latents of 16 channels at an eighth of the size, and back.
// Names are those of black-forest-labs/flux. C channels.
import { Graph, type Value } from "../graph/index.js";
import { silu } from "../layers/activation.js";
import { attention } from "../layers/attention.js";
import { conv1x1, conv3x3, downsample, upsample, type ConvSize } from "../layers/conv.js";
import { groupNorm } from "../layers/norm.js";
import type { AutoencoderConfig } from "./config.js";

const PICTURE_CHANNELS = 3;

/** What decides the shapes; scale and shift come from training. */
export type AutoencoderSize = Omit<AutoencoderConfig, "file" | "scaleFactor" | "shiftFactor">;

/** A convolution after a norm of so many groups. */
interface NormedSize extends ConvSize {
  groups: number;
}

/** Input: image [1, 3, height, width] in −1…1. Output: latents [1, 16, height/8, width/8], the mean, shifted and scaled. */
export function encoder(config: AutoencoderConfig): Graph {
  const g = new Graph();
  const image = g.input("image", "F32", [1, PICTURE_CHANNELS, "height", "width"]);
  const { mean } = encodePicture(g, image, config);
  const centred = g.op("Sub", [mean, g.floats([config.shiftFactor])]);
  g.output("latents", g.op("Mul", [centred, g.floats([config.scaleFactor])]));
  return g;
}

/** Input: latents [1, 16, height, width]. Output: image [1, 3, 8·height, 8·width], about −1…1. */
export function decoder(config: AutoencoderConfig): Graph {
  const g = new Graph();
  const latents = g.input("latents", "F32", [1, config.zChannels, "height", "width"]);
  const unscaled = g.op("Div", [latents, g.floats([config.scaleFactor])]);
  const z = g.op("Add", [unscaled, g.floats([config.shiftFactor])]);
  g.output("image", decodePicture(g, z, config));
  return g;
}

/** [B, 3, height, width] → mean and logarithm of the variance of z, [B, 16, height/8, width/8] each. */
export function encodePicture(
  g: Graph,
  image: Value,
  config: AutoencoderSize,
): { mean: Value; logVariance: Value } {
  return g.scope("encoder", () => {
    const { normGroups: groups } = config;
    let channels = config.ch;
    let x = g.scope("conv_in", () => conv3x3(g, image, { in: PICTURE_CHANNELS, out: channels }));
    config.chMult.forEach((multiple, level) => {
      const out = config.ch * multiple;
      g.scope(`down.${level}`, () => {
        for (let i = 0; i < config.numResBlocks; i++) {
          x = g.scope(`block.${i}`, () => residual(g, x, { in: channels, out, groups }));
          channels = out;
        }
        if (level < config.chMult.length - 1) x = downsample(g, x, channels);
      });
    });
    x = middle(g, x, { in: channels, out: channels, groups });
    const moments = head(g, x, { in: channels, out: 2 * config.zChannels, groups });
    const [mean, logVariance] = g.split(moments, 1, [config.zChannels, config.zChannels]);
    return { mean: mean!, logVariance: logVariance! };
  });
}

/** z [B, 16, height, width], as it was before shift and scale → [B, 3, 8·height, 8·width] */
export function decodePicture(g: Graph, z: Value, config: AutoencoderSize): Value {
  return g.scope("decoder", () => {
    const { normGroups: groups } = config;
    const levels = config.chMult.map((multiple) => config.ch * multiple);
    let channels = levels.at(-1) as number;
    let x = g.scope("conv_in", () => conv3x3(g, z, { in: config.zChannels, out: channels }));
    x = middle(g, x, { in: channels, out: channels, groups });
    for (let level = levels.length - 1; level >= 0; level--) {
      const out = levels[level] as number;
      g.scope(`up.${level}`, () => {
        for (let i = 0; i <= config.numResBlocks; i++) {
          x = g.scope(`block.${i}`, () => residual(g, x, { in: channels, out, groups }));
          channels = out;
        }
        if (level > 0) x = upsample(g, x, channels);
      });
    }
    return head(g, x, { in: channels, out: PICTURE_CHANNELS, groups });
  });
}

function residual(g: Graph, x: Value, size: NormedSize): Value {
  const step = (i: 1 | 2, y: Value, channels: ConvSize) => {
    const active = silu(
      g,
      g.scope(`norm${i}`, () => groupNorm(g, y, channels.in, size.groups)),
    );
    return g.scope(`conv${i}`, () => conv3x3(g, active, channels));
  };
  const y = step(2, step(1, x, size), { in: size.out, out: size.out });
  const through = size.in === size.out ? x : g.scope("nin_shortcut", () => conv1x1(g, x, size));
  return g.op("Add", [through, y]);
}

function middle(g: Graph, x: Value, size: NormedSize): Value {
  return g.scope("mid", () => {
    x = g.scope("block_1", () => residual(g, x, size));
    x = g.scope("attn_1", () => g.precise("range", () => pixelAttention(g, x, size)));
    return g.scope("block_2", () => residual(g, x, size));
  });
}

/** Every pixel sees every other: one head as wide as the channels. */
function pixelAttention(g: Graph, x: Value, size: NormedSize): Value {
  const normed = g.scope("norm", () => groupNorm(g, x, size.in, size.groups));
  const tokens = (name: string) => {
    const y = g.scope(name, () => conv1x1(g, normed, size)); // [B, C, height, width]
    const flat = g.op("Reshape", [y, g.ints([0, 0, -1])]); // [B, C, pixels]
    return g.op("Transpose", [flat], { perm: [0, 2, 1] }); // [B, pixels, C]
  };
  const mixed = attention(g, tokens("q"), tokens("k"), tokens("v"), 1);
  const back = g.op("Transpose", [mixed], { perm: [0, 2, 1] }); // [B, C, pixels]
  const picture = g.op("Reshape", [back, g.op("Shape", [x])]); // [B, C, height, width]
  return g.op("Add", [x, g.scope("proj_out", () => conv1x1(g, picture, size))]);
}

function head(g: Graph, x: Value, size: NormedSize): Value {
  const active = silu(
    g,
    g.scope("norm_out", () => groupNorm(g, x, size.in, size.groups)),
  );
  return g.scope("conv_out", () => conv3x3(g, active, size));
}
