// The CLIP score: how well a picture and a text agree, 100 · max(0, cos) of their places in CLIP's space.
import path from "node:path";
import sharp from "sharp";
import { clipText, clipVision } from "../../engine/network.js";
import { openSession, openTokenizer } from "../../engine/train/index.js";
import type { Raster } from "../../raster.js";
import { readClipModel, WEIGHTS } from "./config.js";

export interface ClipScorer {
  score(picture: Raster, text: string): Promise<number>;
  close(): Promise<void>;
}

const TOKENS = 77;
/** of RGB in 0…1, over the pictures that CLIP learnt from */
const MEAN = [0.48145466, 0.4578275, 0.40821073];
const DEVIATION = [0.26862954, 0.26130258, 0.27577711];

/** @param folder - see config.ts. @throws EvaluationError `bad_clip`, EngineError */
export async function openClipScorer(folder: string): Promise<ClipScorer> {
  const { embedImage, embedText, sizePx, close } = await openClip(folder);
  const tokenizer = await openTokenizer(folder, TOKENS).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    async score(picture, text) {
      const image = await embedImage(await normalised(picture, sizePx));
      return clipScore(image, await embedText(tokenizer.encode(text).ids));
    },
    close,
  };
}

/** 100 · max(0, cos), 0 … 100 */
export function clipScore(image: Float32Array, text: Float32Array): number {
  const product = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  const cos = product(image, text) / Math.sqrt(product(image, image) * product(text, text));
  return 100 * Math.max(0, cos);
}

/** Both towers, numbers in and numbers out. */
export async function openClip(folder: string) {
  const { projection, text, vision } = await readClipModel(folder);
  const file = path.join(folder, WEIGHTS);
  const owns = (...starts: string[]) => ({
    owns: (key: string) =>
      starts.some((start) => key.startsWith(start)) && !key.endsWith(".position_ids"),
  });
  const seeing = await openSession(
    clipVision(vision, projection),
    file,
    owns("vision_model.", "visual_projection."),
  );
  const reading = await openSession(
    clipText(text, projection),
    file,
    owns("text_model.", "text_projection."),
  );
  const { imageSize } = vision;
  return {
    sizePx: imageSize,
    /** @param data - [3, size, size], normalised */
    embedImage: async (data: Float32Array) =>
      (await seeing.run({ image: { data, dims: [1, 3, imageSize, imageSize] } })).embedding!,
    embedText: async (ids: readonly number[]) => {
      const input_ids = { data: BigInt64Array.from(ids, BigInt), dims: [1, ids.length] };
      return (await reading.run({ input_ids })).embedding!;
    },
    close: async () => {
      await seeing.close();
      await reading.close();
    },
  };
}

/** As CLIP's own preparation: the shorter side to size, bicubic, the middle of the longer one. */
async function normalised(picture: Raster, sizePx: number): Promise<Float32Array> {
  const { width, height, data } = picture;
  const pixels = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(sizePx, sizePx, { fit: "cover", kernel: "cubic" })
    .raw()
    .toBuffer();
  const planes = new Float32Array(pixels.length);
  for (let i = 0; i < sizePx ** 2; i++)
    for (let channel = 0; channel < 3; channel++)
      planes[channel * sizePx ** 2 + i] =
        (pixels[3 * i + channel]! / 255 - MEAN[channel]!) / DEVIATION[channel]!;
  return planes;
}
