// Pictures on the way: the model as it stands, asked for a few pages.
import { createEngine } from "../engine/index.js";
import type { Raster } from "../raster.js";
import type { Preview } from "./objective.js";

const prompts = [
  { name: "lego", prompt: "step-by-step lego model construction process, a red house", b: 1 },
  { name: "jade", prompt: "step-by-step jade carving process, a green elephant", b: 19 },
  { name: "oil", prompt: "step-by-step oil painting process, a blue boat on a meadow", b: 18 },
] as const;

/** Nine cells of each prompt. @param adapters - LoRA files on top, besides the domain's B */
export async function previewPages(
  modelDir: string,
  framePx: number,
  { domains = false, loras = [] as string[] } = {},
): Promise<Preview> {
  const engine = createEngine();
  const preview: { name: string; picture: Raster }[] = [];
  try {
    for (const { name, prompt, b } of prompts) {
      const { page } = await engine.paint({
        modelDir,
        prompt: `3*3 of 9 sub-images, ${prompt}`,
        widthPx: 3 * framePx,
        heightPx: 3 * framePx,
        seed: 1,
        steps: 20,
        guidance: 1,
        maskPadding: false,
        domains: domains ? [{ b, weight: 1 }] : [],
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
