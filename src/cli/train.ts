// makeanything train: runs a training or a plan of several, from where it stopped.
import path from "node:path";
import {
  duration,
  loadPlan,
  loadTrainingConfig,
  packRun,
  runPlan,
  TrainingError,
  type PartStart,
  type TrainingProgress,
} from "../training/index.js";
import { trainingDevice } from "../engine/train/index.js";
import { configFrom, engineSettings, type Flags } from "./settings.js";
import { configureDomain } from "./train-domain.js";

/** A line is written so often where there is no terminal, in ms. */
const LINE_MS = 30_000;

export interface TrainFlags extends Flags {
  config?: string;
  /** of a domain */
  frames?: string;
  name?: string;
  phrase?: string;
  steps?: number;
}

export async function train(kind: string, flags: TrainFlags, signal: AbortSignal): Promise<void> {
  const file = flags.config ?? (kind === "domain" ? await configureDomain(flags) : undefined);
  if (file === undefined)
    throw new Error("--config is missing: name a file such as those in recipes/");
  if (kind === "pack") {
    console.log(await packRun(file));
    return;
  }
  const parts = kind === "plan" ? await loadPlan(file) : [await loadTrainingConfig(file)];
  const { config, folder } = parts[0]!;
  if (kind !== "plan" && kind !== config.kind)
    throw new Error(`${file} configures the training of ${config.kind}, not ${kind}`);
  const line = createLine();
  if (kind !== "plan" && "out" in config)
    line.keep(`Curves and pictures on the way: ${path.resolve(folder, config.out, "report.html")}`);
  let title = "";
  let tellSequence = createSequenceTeller();
  const { provider, cacheFolder } = engineSettings(configFrom(flags));
  const device = await trainingDevice(provider, cacheFolder);
  try {
    await runPlan(parts, {
      signal,
      device,
      onPart(part) {
        title = part.parts === 1 ? "" : titleOf(part);
        tellSequence = createSequenceTeller();
        if (part.isFinished) line.keep(`${titleOf(part)}finished before`);
        else line.fresh();
      },
      onStep: (progress) => line.write(title + tell(progress)),
      onWarning: (message) => line.keep(`${title}${message}`),
      onSequence: (done, all) => line.write(title + tellSequence(done, all)),
    });
  } catch (error) {
    if (error instanceof TrainingError && error.code === "cancelled")
      line.keep(`${title}${error.message}; the same command goes on from there`);
    throw error;
  } finally {
    line.end();
  }
  if (config.kind === "domain")
    console.log(`Learnt: makeanything generate "…" --domain ${config.slug}`);
}

/** The line of progress on stderr: one that changes on a terminal, now and then a new one elsewhere. */
function createLine() {
  const { stderr } = process;
  let lastAt = -Infinity;
  let isOpen = false;
  const end = () => {
    if (isOpen) stderr.write("\n");
    isOpen = false;
  };
  return {
    write(text: string) {
      if (stderr.isTTY) {
        stderr.write(`\r\u001b[K${text.slice(0, Math.max(1, stderr.columns - 1))}`);
        isOpen = true;
      } else if (performance.now() - lastAt > LINE_MS) {
        stderr.write(`${text}\n`);
        lastAt = performance.now();
      }
    },
    /** The next text is written at once. */
    fresh() {
      end();
      lastAt = -Infinity;
    },
    /** Writes a line that stays. */
    keep(text: string) {
      end();
      stderr.write(`${text}\n`);
    },
    end,
  };
}

const titleOf = ({ number, parts, kind }: PartStart): string =>
  parts === 1 ? `${kind}: ` : `part ${number} of ${parts}, ${kind}: `;

function tell({ step, steps, loss, samplesPerSecond, secondsLeft }: TrainingProgress): string {
  const percent = Math.floor((100 * step) / steps);
  return `${percent}% step ${step} of ${steps}, loss ${loss.toFixed(4)}, ${samplesPerSecond.toFixed(1)} samples/s, ${duration(secondsLeft)} left`;
}

function createSequenceTeller(): (done: number, all: number) => string {
  const startedAt = performance.now();
  let first: number | undefined;
  return (done, all) => {
    first ??= done - 1;
    const perSecond = (done - first) / ((performance.now() - startedAt) / 1000);
    const left = duration((all - done) / perSecond);
    return `sequence ${done} of ${all}, ${perSecond.toFixed(1)} a second, ${left} left`;
  };
}
