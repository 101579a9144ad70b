// What the world's model is asked for on the way: the same pages in every training.
import { compose, snake3x3 } from "../grid/index.js";
import { shortPrompt, subjectText } from "../world/index.js";
import { RUN, sampleOf, variantsOf } from "./page-variants.js";
import type { AdapterTask, SamplePage } from "./pages.js";
import { craftsOf, unseenSequence, type WorldDataChoice } from "./world-data.js";

const shown = [
  { slug: "lego", subject: "a red house" },
  { slug: "oil_painting", subject: "a blue boat on a meadow" },
  { slug: "jade_carving", subject: "a green elephant" },
];

/** Pages of nine, of the crafts that it learns, with nothing known. */
export function worldSamples(data: WorldDataChoice): SamplePage[] {
  return craftsOf(data).flatMap(({ slug, phrase }, domain) =>
    shown
      .filter((each) => each.slug === slug)
      .map(({ subject }) => ({
        name: slug,
        prompt: `3*3 of 9 sub-images, step-by-step ${phrase}, ${subject}`,
        sidePx: 3 * data.framePx,
        domain,
        known: [],
      })),
  );
}

/** In the same crafts, with what is known of sequences that nobody learns from. */
export function worldSamplesWithKnown(
  task: AdapterTask,
  data: WorldDataChoice,
): Promise<SamplePage[]> {
  return Promise.all(
    worldSamples(data).map(async ({ name, domain }) => {
      const { scene, craft, frames } = await unseenSequence(data, domain);
      const count = task === "interpolation" ? RUN : 9;
      const prompt = shortPrompt(craft, count, subjectText(scene, craft));
      return sampleOf(variantsOf(task, compose(snake3x3, frames), 9), { name, prompt, domain });
    }),
  );
}
