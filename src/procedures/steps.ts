// Steps of a new procedure, and the files they lie in.
import type { ProcedureStep } from "./procedure.js";
import type { Frame } from "../workers/index.js";

export const PAGE_FILE = "page.png";

/** @param index - counted from 0 */
export function frameFile(index: number): string {
  return `step-${String(index + 1).padStart(2, "0")}.png`;
}

/** Painted frames as the first steps of a procedure. */
export function newSteps(frames: readonly Frame[], captions: readonly string[]): ProcedureStep[] {
  return frames.map((frame, i) => ({
    id: `s${i + 1}`,
    caption: captions[i] ?? "",
    file: frameFile(i),
    widthPx: frame.widthPx,
    heightPx: frame.heightPx,
    origin: { kind: "generated" },
  }));
}
