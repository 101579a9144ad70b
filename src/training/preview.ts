// Pictures on the way: the model as it stands, asked for a few pages.
import { createEngine } from "../engine/index.js";
import type { Preview } from "./objective.js";

export interface PreviewRequest {
  name: string;
  prompt: string;
  pagePx: number;
  /** the domain's B in the asymmetric LoRA, from 1; undefined: the base alone */
  b?: number;
  steps: number;
}

/** @param loras - by their names in model.json, on top of the domain's */
export async function previewPages(
  modelDir: string,
  requests: readonly PreviewRequest[],
  loras: readonly string[] = [],
): Promise<Preview> {
  const engine = createEngine();
  const preview: Preview = [];
  try {
    for (const { name, prompt, pagePx, b, steps } of requests) {
      const { page } = await engine.paint({
        modelDir,
        prompt,
        widthPx: pagePx,
        heightPx: pagePx,
        seed: 1,
        steps,
        guidance: 3.5,
        maskPadding: false,
        domains: b === undefined ? [] : [{ b, weight: 1 }],
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

/** Pages of nine that the world's model is asked for. */
export function worldRequests(framePx: number, withDomains: boolean): PreviewRequest[] {
  const ask = (name: string, words: string, b: number): PreviewRequest => ({
    name,
    prompt: `3*3 of 9 sub-images, step-by-step ${words}`,
    pagePx: 3 * framePx,
    ...(withDomains && { b }),
    steps: 20,
  });
  return [
    ask("lego", "lego model construction process, a red house", 1),
    ask("oil", "oil painting process, a blue boat on a meadow", 18),
    ask("jade", "jade carving process, a green elephant", 19),
  ];
}
