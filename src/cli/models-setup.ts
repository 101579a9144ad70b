// What the commands of `makeanything models` share: the hub, the folder, and how progress is told.
import { homedir } from "node:os";
import path from "node:path";
import type { ProgressBar } from "./progress-bar.js";
import { configFrom, type Flags } from "./settings.js";
import {
  type Hub,
  hubFrom,
  type Model,
  type Progress,
  sayBytes,
  withParts,
} from "../models/index.js";
import { sayDuration } from "../procedures/index.js";

export function hub(): Hub {
  return hubFrom(process.env, homedir());
}

/** Where single domains lie. */
export function lorasDir(flags: Flags): string {
  return path.join(configFrom(flags).dataDir, "loras");
}

/** Each model and its parts, once. */
export function together(models: Model[]): Model[] {
  return [...new Set(models.flatMap(withParts))];
}

export function report(
  bar: ProgressBar,
  { phase, name, doneBytes, totalBytes, ...speed }: Progress,
): void {
  const { bytesPerS, leftS } = speed;
  const rate = bytesPerS === undefined ? "" : `, ${sayBytes(bytesPerS)}/s`;
  bar.report({
    fraction: Math.min(1, doneBytes / totalBytes),
    message: `${phase} ${name}, ${sayBytes(doneBytes)} of ${sayBytes(totalBytes)}${rate}`,
    left: leftS === undefined ? "" : `${sayDuration(1000 * leftS)} left`,
  });
}
