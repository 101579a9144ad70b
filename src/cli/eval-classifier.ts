// `makeanything eval classifier`: trains the network that tells what frames show.
import { createProgressBar, type ProgressBar } from "./progress-bar.js";
import { trainClassifier as train } from "../evaluation/index.js";

export async function trainClassifier(recipe: string, signal: AbortSignal): Promise<void> {
  const drawing = createProgressBar();
  let learning: ProgressBar | undefined;
  try {
    await train(recipe, {
      signal,
      onDrawn: (done, all) =>
        drawing.report({ fraction: done / all, message: `drawing ${done} of ${all}` }),
      onStep({ step, steps, loss, samplesPerSecond }) {
        learning ??= createProgressBar();
        learning.report({
          fraction: step / steps,
          message: `learning, step ${step} of ${steps}, loss ${loss.toFixed(3)}, ${samplesPerSecond.toFixed(0)} frames/s`,
        });
      },
    });
  } finally {
    drawing.stop();
    learning?.stop();
  }
}
