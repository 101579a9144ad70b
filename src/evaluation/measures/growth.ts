// Whether a work grows: what is finished stays finished.
import type { Raster } from "../../raster.js";

/** A pixel is finished that differs from the last frame's by no more, in levels of its worst channel. */
const FINISHED_LEVELS = 24;
/** Shares of the picture that come and go with noise. */
const SLACK = 0.005;

/** The share of steps in which the finished part of the picture does not shrink, 0 … 1. */
export function monotoneGrowth(frames: readonly Raster[]): number {
  const last = frames.at(-1)!;
  const shares = frames.map((frame) => finishedShare(frame, last));
  const grown = shares.slice(1).filter((share, i) => share >= shares[i]! - SLACK);
  return grown.length / (frames.length - 1);
}

function finishedShare({ data }: Raster, last: Raster): number {
  let finished = 0;
  for (let at = 0; at < data.length; at += 3) {
    const differs = (channel: number) =>
      Math.abs(data[at + channel]! - last.data[at + channel]!) > FINISHED_LEVELS;
    if (!differs(0) && !differs(1) && !differs(2)) finished++;
  }
  return finished / (data.length / 3);
}
