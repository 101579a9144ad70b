// Progress for a client that asked for it: whatever is new, and in a silence at least one report each
// few seconds, because clients give up on a server that says nothing. The number always rises.
import type { MakeProgress } from "../procedures/index.js";

export interface ProgressReporter {
  report(progress: MakeProgress): void;
  stop(): void;
}

const TOTAL = 100;
const SILENCE_MS = 4000;

export function reportProgress(
  send: (params: { progress: number; total: number; message: string }) => Promise<void>,
  silenceMs = SILENCE_MS,
): ProgressReporter {
  let progress = 0;
  let message = "waiting to begin";
  let timer = setInterval(repeat, silenceMs);
  let isStopped = false;

  function emit(): void {
    // A client that is gone is noticed elsewhere.
    send({ progress, total: TOTAL, message }).catch(() => {});
  }

  function repeat(): void {
    rise();
    emit();
  }

  /** By so little that nothing is promised. */
  function rise(): void {
    progress += (TOTAL - progress) * 1e-3;
  }

  return {
    report({ fraction, message: said }) {
      if (isStopped) return;
      const next = fraction * TOTAL;
      if (next > progress) progress = next;
      else if (said !== message) rise();
      else return;
      message = said;
      clearInterval(timer);
      timer = setInterval(repeat, silenceMs);
      emit();
    },
    stop() {
      isStopped = true;
      clearInterval(timer);
    },
  };
}
