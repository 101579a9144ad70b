// Steps on their way into a procedure: drawn, told, and not yet in a file.
import type { ProcedureStep } from "./procedure.js";
import type { Frame } from "../workers/index.js";

/** A step and its picture. */
export type DrawnStep = Omit<ProcedureStep, "file"> & Pick<Frame, "png">;

/** Painted frames as the first steps of a procedure. */
export function newSteps(
  frames: readonly Frame[],
  captions: readonly string[],
  captionBy: ProcedureStep["captionBy"],
): DrawnStep[] {
  return frames.map((frame, i) => ({
    id: `s${i + 1}`,
    caption: captions[i] ?? "",
    captionBy,
    origin: { kind: "generated" },
    ...frame,
  }));
}
