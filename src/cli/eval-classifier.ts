// `makeanything eval classifier`: trains the network that tells what frames show.
import { createProgressBar } from "./progress-bar.js";
import { trainClassifier as train } from "../evaluation/index.js";

export async function trainClassifier(recipe: string, signal: AbortSignal): Promise<void> {
  const bar = createProgressBar();
  try {
    await train(recipe, {
      signal,
      onDrawn: (done, all) =>
        bar.report({ fraction: done / all, message: `drawing ${done} of ${all}` }),
      onStep: ({ step, steps, loss, samplesPerSecond }) =>
        bar.report({
          fraction: step / steps,
          message: `learning, step ${step} of ${steps}, loss ${loss.toFixed(3)}, ${samplesPerSecond.toFixed(0)} frames/s`,
        }),
    });
  } finally {
    bar.stop();
  }
}
