// Pictures on the way: the model as it stands, asked for a few pages.
import { createEngine } from "../engine/index.js";
import type { Preview } from "./objective.js";
import { craftsOf, type WorldDataChoice } from "./world-data.js";

export interface PreviewRequest extends PreviewAdapters {
  name: string;
  prompt: string;
  pagePx: number;
}

/** By their names in model.json. */
interface PreviewAdapters {
  /** the domain's B in the asymmetric LoRA, from 1; undefined: the base alone */
  b?: number;
  asymmetric?: string;
  loras?: readonly string[];
}

/** What a page of domain `b`, counted from 1, is painted with. */
export type AdaptersOf = (b: number) => PreviewAdapters;

const STEPS = 20;

export async function previewPages(
  modelDir: string,
  requests: readonly PreviewRequest[],
): Promise<Preview> {
  const engine = createEngine();
  const preview: Preview = [];
  try {
    for (const { name, prompt, pagePx, b, asymmetric, loras = [] } of requests) {
      const { page } = await engine.paint({
        modelDir,
        prompt,
        widthPx: pagePx,
        heightPx: pagePx,
        seed: 1,
        steps: STEPS,
        guidance: 3.5,
        maskPadding: false,
        domains: b === undefined ? [] : [{ b, weight: 1 }],
        ...(asymmetric !== undefined && { asymmetric }),
        loras: loras.map((lora) => ({ name: lora, weight: 1 })),
        known: [],
      });
      preview.push({ name, picture: page });
    }
  } finally {
    await engine.close();
  }
  return preview;
}

const shown = [
  { slug: "lego", subject: "a red house" },
  { slug: "oil_painting", subject: "a blue boat on a meadow" },
  { slug: "jade_carving", subject: "a green elephant" },
];

/** Pages of nine that the world's model is asked for, of the crafts that it learns. */
export function worldRequests(
  data: WorldDataChoice,
  adaptersOf: AdaptersOf = () => ({}),
): PreviewRequest[] {
  return craftsOf(data).flatMap(({ slug, phrase }, i) =>
    shown
      .filter((each) => each.slug === slug)
      .map(({ subject }) => ({
        name: slug,
        prompt: `3*3 of 9 sub-images, step-by-step ${phrase}, ${subject}`,
        pagePx: 3 * data.framePx,
        ...adaptersOf(i + 1),
      })),
  );
}
