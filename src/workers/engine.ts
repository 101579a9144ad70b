// The engine, as the server sees it: a child that paints.
import { Host } from "./host.js";
import type { PaintOptions, PaintRequest, PaintResult } from "./records.js";

export interface EngineHost {
  /**
   * Paints one page; pages wait for each other. Between the engine's reports come estimates, whose
   * `step` is a fraction. Rejects with a WorkerError.
   */
  paint(request: PaintRequest, options?: PaintOptions): Promise<PaintResult>;
  /** the child's process id, while there is a child */
  readonly pid: number | undefined;
  close(): Promise<void>;
}

/** What the child is started with. */
export interface EngineSettings {
  threads?: number;
}

export interface EngineOptions {
  /** of one operator; every core where nothing is given */
  threads?: number | undefined;
  /** gets what the child writes to stderr */
  onLog?: ((text: string) => void) | undefined;
}

export function createEngineHost({ threads, onLog }: EngineOptions = {}): EngineHost {
  const host = new Host({
    entry: new URL("./engine-child.js", import.meta.url),
    name: "engine",
    // A large model is read from a slow disk, and a small processor paints it.
    patience: { startMs: 30_000, loadMs: 600_000, firstStepMs: 300_000, nextStepMs: 10_000 },
    settings: threads === undefined ? {} : ({ threads } satisfies EngineSettings),
    onLog,
  });
  return {
    paint(request, { signal, onProgress } = {}) {
      const kind = `${request.widthPx}x${request.heightPx} ${request.modelDir}`;
      return host.run("paint", request, { signal, onProgress, kind });
    },
    get pid() {
      return host.pid;
    },
    close: () => host.close(),
  };
}
