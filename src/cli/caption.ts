// `makeanything caption`: words for training data that has none, from a vision model.
import { createProgressBar } from "./progress-bar.js";
import { captionFolder, type Captioned } from "../captioning/index.js";
import { createPictureHost } from "../workers/index.js";

export interface CaptionFlags {
  endpoint: string;
  model: string;
  apiKeyEnv?: string;
  phrase?: string;
  frames?: number;
  concurrency: number;
  timeoutS: number;
  json?: boolean;
}

const KEY_VARIABLE = "OPENAI_API_KEY";

export async function caption(
  folder: string,
  { json, ...flags }: CaptionFlags,
  signal: AbortSignal,
): Promise<void> {
  const { endpoint, model, phrase } = flags;
  const concurrency = within("--concurrency", flags.concurrency, 1, 4);
  const timeoutMs = 1000 * within("--timeout-s", flags.timeoutS, 1, 280);
  const key = keyFrom(flags.apiKeyEnv);
  const frames = frameCount(flags.frames);
  const pictures = createPictureHost();
  const bar = createProgressBar();
  let captioned: Captioned;
  try {
    captioned = await captionFolder(folder, {
      endpoint,
      model,
      key,
      phrase,
      frames,
      concurrency,
      pictures,
      signal,
      patience: { timeoutMs },
      onProgress: (done, all) =>
        bar.report({
          fraction: done / Math.max(1, all),
          message: `describing ${Math.min(done + 1, all)} of ${all}`,
        }),
    });
  } finally {
    bar.stop();
    await pictures.close();
  }
  console.log(json ? JSON.stringify(captioned) : tell(captioned));
  if (captioned.failed.length > 0) process.exitCode = 1;
}

/** An empty name asks for no key; a name that was typed must be that of a variable. */
function keyFrom(variable: string | undefined): string | undefined {
  const key = process.env[variable ?? KEY_VARIABLE] || undefined;
  if (variable && key === undefined)
    throw new Error(
      `--api-key-env: there is no variable ${variable}; export the key under that name`,
    );
  return key;
}

function frameCount(frames: number | undefined): 4 | 9 | undefined {
  if (frames === undefined || frames === 4 || frames === 9) return frames;
  throw new Error(`--frames must be 4 or 9, got ${frames}`);
}

function within(flag: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw new Error(`${flag} must be from ${least} to ${most}, got ${value}`);
}

function tell({ written, kept, failed }: Captioned): string {
  return [
    `${written.length} written, ${kept} there before, ${failed.length} without words still`,
    ...failed.map(({ file, message }) => `  ${file}: ${message}`),
    ...(failed.length > 0 ? ["Run again to try those once more."] : []),
  ].join("\n");
}
