// makeanything train: runs a training, from where it stopped.
import { loadTrainingConfig, runTraining, type TrainingProgress } from "../training/index.js";

/** A line is written so often where there is no terminal, in ms. */
const LINE_MS = 30_000;

export async function train(kind: string, file: string, signal: AbortSignal): Promise<void> {
  const loaded = await loadTrainingConfig(file);
  if (loaded.config.kind !== kind)
    throw new Error(`${file} configures the training of ${loaded.config.kind}, not ${kind}`);
  const { isTTY } = process.stderr;
  let lastAt = -LINE_MS;
  const write = (line: string) => {
    if (isTTY) process.stderr.write(`\r\u001b[K${line}`);
    else if (performance.now() - lastAt > LINE_MS) {
      lastAt = performance.now();
      process.stderr.write(`${line}\n`);
    }
  };
  const startedAt = performance.now();
  let first: number | undefined;
  await runTraining(loaded, {
    signal,
    onStep: (progress) => write(tell(progress)),
    onSequence(done, all) {
      first ??= done - 1;
      const perSecond = (done - first) / ((performance.now() - startedAt) / 1000);
      const left = duration((all - done) / perSecond);
      write(`sequence ${done} of ${all}, ${perSecond.toFixed(1)} a second, ${left} left`);
    },
  });
  process.stderr.write(isTTY ? "\n" : "");
}

function tell({ step, steps, loss, samplesPerSecond, secondsLeft }: TrainingProgress): string {
  const percent = Math.floor((100 * step) / steps);
  return `${percent}% step ${step} of ${steps}, loss ${loss.toFixed(4)}, ${samplesPerSecond.toFixed(1)} samples/s, ${duration(secondsLeft)} left`;
}

function duration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min` : `${Math.ceil(seconds)} s`;
}
