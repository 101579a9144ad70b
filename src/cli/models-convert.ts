// `makeanything models convert`: brings the model's weights into the form that its variant runs on.
import path from "node:path";
import type { ModelsFlags } from "./models.js";
import { report } from "./models-setup.js";
import { createProgressBar } from "./progress-bar.js";
import { configFrom, engineSettings } from "./settings.js";
import { convertModel } from "../engine/index.js";
import { createMeter, type Meter, type Progress } from "../models/index.js";

export interface ConvertFlags extends ModelsFlags {
  /** read what was made before once more, and make it again where it has changed */
  check?: boolean;
}

export async function convertModels(
  { check, json, ...flags }: ConvertFlags,
  signal: AbortSignal,
): Promise<void> {
  const config = configFrom(flags);
  const bar = createProgressBar();
  let meter: Meter | undefined;
  let before = 0;
  const onProgress = ({ doneBytes, totalBytes }: { doneBytes: number; totalBytes: number }) => {
    const tell = (progress: Progress) => report(bar, progress);
    if (doneBytes < before) meter = undefined; // the next network
    meter ??= Object.assign(createMeter("converting", { doneBytes, totalBytes }, tell), {
      name: path.basename(config.modelDir),
    });
    meter.add(doneBytes - before);
    before = doneBytes;
  };
  const { variant, files } = await convertModel(config.modelDir, engineSettings(config), {
    signal,
    onProgress,
    readsAll: check ?? false,
  }).finally(() => bar.stop());
  const nothing = `The variant ${variant} runs on the model's own files.`;
  if (json) console.log(JSON.stringify({ variant, files }));
  else console.log(files.length === 0 ? nothing : files.join("\n"));
}
