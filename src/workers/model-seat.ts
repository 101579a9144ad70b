// The right to hold a large model in memory, kept while its weights are there and given up when another
// process waits for it. Small models need none.
import { ModelLock, type TakeOptions } from "./model-lock.js";
import { weightsBytes } from "./weights-size.js";

export interface SeatOptions {
  /** where the processes of a user meet */
  lockDir: string;
  /** a model whose weights weigh more is held by one process at a time */
  largeBytes: number;
  onLog?: ((text: string) => void) | undefined;
}

export class ModelSeat {
  readonly #options: SeatOptions;
  readonly #sizes = new Map<string, Promise<number>>();
  #lock: ModelLock | undefined;
  #modelDir: string | undefined;
  #waitsFor: number | undefined;
  /** Coming and leaving go one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: SeatOptions) {
    this.#options = options;
  }

  /** The process that keeps this one waiting. */
  get waitsFor(): number | undefined {
    return this.#waitsFor;
  }

  get isHeld(): boolean {
    return this.#lock !== undefined;
  }

  /** Waits for the model, where it is large. Rejects with a WorkerError `cancelled`. */
  take(modelDir: string, options: TakeOptions): Promise<void> {
    return this.#next(() => this.#take(modelDir, options));
  }

  /** Gives the model up once `clear` has ended what holds it in memory; not where it says false. */
  leave(clear: () => Promise<boolean>): Promise<boolean> {
    return this.#next(async () => {
      const isClear = await clear();
      if (isClear) await this.#release();
      return isClear;
    });
  }

  #next<Result>(run: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(run);
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #take(modelDir: string, { signal, onWait }: TakeOptions): Promise<void> {
    if (this.#modelDir === modelDir) return;
    await this.#release();
    const size = this.#sizes.get(modelDir) ?? weightsBytes(modelDir);
    this.#sizes.set(modelDir, size);
    if ((await size) <= this.#options.largeBytes) return;
    const lock = await ModelLock.open(this.#options.lockDir, modelDir).catch((error: Error) =>
      this.#options.onLog?.(`cannot keep other processes from the model: ${error.message}`),
    );
    if (!lock) return;
    try {
      await lock.take({
        signal,
        onWait: (pid) => {
          this.#waitsFor = pid;
          onWait?.(pid);
        },
      });
      this.#lock = lock;
      this.#modelDir = modelDir;
    } finally {
      this.#waitsFor = undefined;
    }
  }

  /** Whether another process waits for the model that is held here. */
  async isWanted(): Promise<boolean> {
    return (await this.#lock?.isWanted().catch(() => false)) ?? false;
  }

  async #release(): Promise<void> {
    const lock = this.#lock;
    this.#lock = undefined;
    this.#modelDir = undefined;
    await lock?.release().catch(() => {}); // then the end of this process does
  }
}
