// The engine, as the server sees it: a child that paints. It ends when nothing was asked of it for a
// while, and when another process of this user waits for the same large model.
import { tmpdir } from "node:os";
import path from "node:path";
import { Host } from "./host.js";
import { ModelSeat } from "./model-seat.js";
import type {
  EngineSettings,
  PaintOptions,
  PaintProgress,
  PaintRequest,
  PaintResult,
} from "./records.js";
import { residentBytes } from "../processes.js";

export interface EngineHost {
  /**
   * Paints one page; pages wait for each other. Between the engine's reports come estimates, whose
   * `step` is a fraction. Rejects with a WorkerError.
   */
  paint(request: PaintRequest, options?: EnginePaintOptions): Promise<PaintResult>;
  state(): Promise<EngineState>;
  /** Ends the child unless it is at work, and tells whether it did; the next page starts a fresh one. */
  rest(): Promise<boolean>;
  /** the child's process id, while there is a child */
  readonly pid: number | undefined;
  close(): Promise<void>;
}

export interface EnginePaintOptions extends PaintOptions {
  /** another page of the same work comes right after this one: the model is not given up in between */
  more?: boolean | undefined;
  /** gets the process id of whoever keeps this one waiting for a large model */
  onWait?: ((holderPid: number) => void) | undefined;
}

export interface EngineState {
  /** `off`: no process; `waiting`: for a large model that another process holds */
  doing: "off" | "resting" | "painting" | "waiting";
  pid?: number;
  memoryBytes?: number;
  /** the process that holds the model */
  waitsFor?: number;
  /** in what way the last page was painted: a variant's name */
  variant?: string;
}

export interface EngineOptions extends EngineSettings {
  /** the Node that runs the child; this process's own by default */
  nodePath?: string | undefined;
  /** the child ends after so long without work */
  idleMs?: number | undefined;
  /** a model whose weights weigh more is held by one process of a user at a time */
  largeModelBytes?: number | undefined;
  /** where the processes of a user meet */
  lockDir?: string | undefined;
  /** gets what the child writes to stderr */
  onLog?: ((text: string) => void) | undefined;
}

const LOOK_MS = 1000;
/** How long a next page may take to come that was said to come. */
const NEXT_PAGE_MS = 30_000;

export function createEngineHost({
  nodePath,
  idleMs = 10 * 60_000,
  largeModelBytes = 2e9,
  lockDir = path.join(tmpdir(), `makeanything-${process.getuid?.() ?? ""}`),
  onLog,
  ...settings
}: EngineOptions = {}): EngineHost {
  const host = new Host({
    entry: new URL("./engine-child.js", import.meta.url),
    name: "engine",
    nodePath,
    // A large model is read from a slow disk, and a small processor paints it.
    patience: { startMs: 30_000, loadMs: 600_000, firstStepMs: 300_000, nextStepMs: 10_000 },
    settings: settings satisfies EngineSettings,
    onLog,
  });
  const seat = new ModelSeat({ lockDir, largeBytes: largeModelBytes, onLog });
  const closing = new AbortController();
  let pages = 0;
  let stayUntil = 0;
  let variant: string | undefined;
  let idle: NodeJS.Timeout | undefined;
  let look: NodeJS.Timeout | undefined;

  async function paint(
    request: PaintRequest,
    { signal, onProgress, onWait, more = false }: EnginePaintOptions = {},
  ): Promise<PaintResult> {
    pages++;
    clearTimeout(idle);
    try {
      const gone = AbortSignal.any([closing.signal, ...(signal ? [signal] : [])]);
      await seat.take(request.modelDir, { signal: gone, onWait });
      if (seat.isHeld) look ??= setInterval(giveWay, LOOK_MS).unref();
      const kind = `${request.widthPx}x${request.heightPx} ${request.modelDir}`;
      const painted = await host.run<PaintResult, PaintProgress>("paint", request, {
        signal,
        onProgress,
        kind,
      });
      variant = painted.ran.variant;
      return painted;
    } finally {
      pages--;
      stayUntil = more ? performance.now() + NEXT_PAGE_MS : 0;
      idle = setTimeout(rest, idleMs).unref();
      void giveWay();
    }
  }

  async function giveWay(): Promise<void> {
    const isWanted = await seat.isWanted();
    if (isWanted && performance.now() >= stayUntil) await rest();
  }

  async function rest(): Promise<boolean> {
    if (pages > 0) return false; // one of them may wait for its seat
    return seat.leave(async () => {
      if (pages > 0 || !(await host.rest())) return false;
      stopLooking();
      return true;
    });
  }

  function stopLooking(): void {
    clearTimeout(idle);
    clearInterval(look);
    look = undefined;
  }

  return {
    paint,
    rest,
    async state() {
      const { pid } = host;
      const { waitsFor } = seat;
      const memoryBytes = pid && (await residentBytes(pid));
      const busy = waitsFor === undefined ? "painting" : "waiting";
      return {
        doing: pages > 0 ? busy : pid === undefined ? "off" : "resting",
        ...(pid !== undefined && { pid }),
        ...(memoryBytes && { memoryBytes }),
        ...(waitsFor !== undefined && { waitsFor }),
        ...(variant !== undefined && { variant }),
      };
    },
    get pid() {
      return host.pid;
    },
    async close() {
      closing.abort();
      await host.close();
      stopLooking();
      await seat.leave(async () => true);
    },
  };
}
