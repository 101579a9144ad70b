// How far, how fast, how long: the rate is that of the last seconds, so that what an earlier run fetched
// does not count as speed.

export interface Progress {
  phase: "fetching" | "checking" | "converting";
  /** what is being worked at */
  name: string;
  doneBytes: number;
  totalBytes: number;
  /** undefined while nobody can know */
  bytesPerS?: number;
  leftS?: number;
}

export type OnProgress = (progress: Progress) => void;

const WINDOW_MS = 10_000;
/** A rate of less is a guess nobody should see. */
const TELLING_MS = 1000;
/** At most so often, in ms. */
const TELL_MS = 100;

export interface Meter {
  name: string;
  add(bytes: number): void;
}

/** @param doneBytes - what was there before */
export function createMeter(
  phase: Progress["phase"],
  { doneBytes = 0, totalBytes }: { doneBytes?: number; totalBytes: number },
  onProgress: OnProgress,
): Meter {
  const samples: { atMs: number; bytes: number }[] = [
    { atMs: performance.now(), bytes: doneBytes },
  ];
  let bytes = doneBytes;
  let toldMs = -Infinity;
  return {
    name: "",
    add(more) {
      bytes += more;
      const atMs = performance.now();
      if (atMs - toldMs < TELL_MS && bytes < totalBytes) return;
      toldMs = atMs;
      samples.push({ atMs, bytes });
      while (samples.length > 2 && atMs - samples[1]!.atMs > WINDOW_MS) samples.shift();
      const [first] = samples;
      const bytesPerS = (1000 * (bytes - first!.bytes)) / (atMs - first!.atMs);
      const isTelling = atMs - first!.atMs >= TELLING_MS && bytesPerS > 0;
      onProgress({
        phase,
        name: this.name,
        doneBytes: bytes,
        totalBytes,
        ...(isTelling && { bytesPerS, leftS: (totalBytes - bytes) / bytesPerS }),
      });
    },
  };
}
