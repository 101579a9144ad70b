// How far a job is, on stderr: a bar with the time left on a terminal, plain lines elsewhere.
import type { MakeProgress } from "../procedures/index.js";

export interface BarProgress extends MakeProgress {
  /** the time left in words, of who knows it better than the bar */
  left?: string;
}

export interface ProgressBar {
  report(progress: BarProgress): void;
  /** Leaves a clean line behind. */
  stop(): void;
}

const BAR_CHARACTERS = 24;
/** A line is written so often where there is no terminal, in ms. */
const LINE_MS = 2000;
/** Below this fraction the time left is a guess nobody should see. */
const TELLING = 0.05;

export function createProgressBar(stream: NodeJS.WriteStream = process.stderr): ProgressBar {
  const startedAt = performance.now();
  return stream.isTTY ? terminalBar(stream, startedAt) : plainLines(stream);
}

function terminalBar(stream: NodeJS.WriteStream, startedAt: number): ProgressBar {
  return {
    report(progress) {
      const line = barLine(progress, performance.now() - startedAt);
      stream.write(`\r\u001b[K${line.slice(0, Math.max(1, stream.columns - 1))}`);
    },
    stop: () => void stream.write("\r\u001b[K"),
  };
}

/** A line for whatever is new by more than its numbers, and one every few seconds. */
function plainLines(stream: NodeJS.WriteStream): ProgressBar {
  const told = new Set<string>();
  let lastAt = 0;
  return {
    report({ fraction, message, left = "" }) {
      const now = performance.now();
      const doing = message.replace(/\d+/g, "");
      if (told.has(doing) && now - lastAt < LINE_MS) return;
      told.add(doing);
      lastAt = now;
      stream.write(`${percent(fraction)} ${message}${left && `, ${left}`}\n`);
    },
    stop() {},
  };
}

/** @param elapsedMs - since the job began */
export function barLine(progress: BarProgress, elapsedMs: number): string {
  const { fraction, message } = progress;
  const full = Math.round(fraction * BAR_CHARACTERS);
  const bar = "█".repeat(full) + "░".repeat(BAR_CHARACTERS - full);
  const leftMs = (elapsedMs * (1 - fraction)) / fraction;
  const guess = fraction < TELLING ? "" : `${Math.ceil(leftMs / 1000)} s left`;
  const { left = guess } = progress;
  return `${bar} ${percent(fraction)} ${message}${left && `, ${left}`}`;
}

function percent(fraction: number): string {
  return `${Math.round(100 * fraction)}%`.padStart(4);
}
