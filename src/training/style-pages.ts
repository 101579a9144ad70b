// Pages for a style that no domain has: finished pictures of the world in that style, alone and on sheets
// of several. They are few, so they are drawn and encoded when the training opens.
import {
  blueprint,
  drawScene,
  picturePrompt,
  pictureOf,
  randomFrom,
  renderFrames,
  subjects,
  subjectText,
} from "../world/index.js";
import { placeCell, toTokens } from "./flow.js";
import type { PageSource } from "./pages.js";
import { openEncoder, sizeOf, type WorldDataChoice } from "./world-data.js";
import { worldSamples } from "./world-samples.js";

const PICTURES_PER_SUBJECT = 4;

const sheets = { finished: 1, four: 2, nine: 3 } as const;
type Sheet = keyof typeof sheets;

export interface StylePagesOptions extends WorldDataChoice {
  modelDir: string;
  /** pages a step sees of each kind */
  batch: Partial<Record<Sheet, number>>;
}

export async function openStylePages(options: StylePagesOptions): Promise<PageSource> {
  const { modelDir, framePx, seed, batch } = options;
  const encode = await openEncoder(modelDir);
  const pictures: { prompt: string; latents: Float32Array }[] = [];
  for (const subject of subjects)
    for (let i = 0; i < PICTURES_PER_SUBJECT; i++) {
      const random = randomFrom(`${seed} ${blueprint.slug} ${subject.name} ${i}`);
      const scene = drawScene(random, { craft: blueprint, subject, related: false });
      const [picture] = await renderFrames([pictureOf(scene, blueprint, framePx)], framePx);
      const prompt = picturePrompt(blueprint, subjectText(scene, blueprint));
      pictures.push({ prompt, latents: await encode.run(picture!) });
    }
  await encode.close();
  return {
    kinds: (Object.keys(sheets) as Sheet[])
      .map((name) => ({ name, size: sizeOf(name, framePx), batch: batch[name] ?? 0 }))
      .filter((kind) => kind.batch > 0),
    samples: worldSamples(options),
    domains: 1,
    domainsOf: () => [0],
    draw(random, kind) {
      const columns = sheets[kind as Sheet];
      const size = sizeOf(kind as Sheet, framePx);
      const { prompt, latents } = random.pick(pictures);
      if (columns === 1) return { prompt, tokens: toTokens(latents, size) };
      const page = new Float32Array(columns ** 2 * latents.length);
      const alike = pictures.filter((picture) => picture.prompt === prompt);
      for (let cell = 0; cell < columns ** 2; cell++)
        placeCell(page, size, columns, cell, random.pick(alike).latents);
      const grid = columns === 3 ? "3*3 of 9" : "2*2 of 4";
      return { prompt: `${grid} sub-images, ${prompt}`, tokens: toTokens(page, size) };
    },
    close() {},
  };
}
