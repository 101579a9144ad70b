// A workshop whose painter waits for permission, page by page, and heeds a cancel as the real one does.
import { type Context, createJobs, type Jobs, WorkerError } from "#src/procedures/index.js";
import type { Raster } from "#src/raster.js";
import { openWorkshop } from "../workshop.js";

export interface Gate {
  context: Context;
  jobs: Jobs;
  /** how many pages have been begun */
  begun(): number;
  /** Lets the present page be painted, once one is begun. */
  open(): Promise<void>;
  /** Lets the painter fail at the present page. */
  fail(error: Error): Promise<void>;
}

/** @param preview - what the painter shows of a page that it has begun */
export async function openGate(dataDir: string, queueLimit = 8, preview?: Raster): Promise<Gate> {
  const workshop = await openWorkshop(dataDir);
  const pages: Page[] = [];
  let begun = 0;

  const context: Context = {
    ...workshop,
    engine: {
      ...workshop.engine,
      async paint(request, options = {}) {
        const { signal, onProgress } = options;
        const page = newPage();
        pages.push(page);
        begun++;
        onProgress?.({ phase: "sample", step: 6, steps: 24, preview });
        const cancel = () => {
          if (pages.includes(page)) pages.splice(pages.indexOf(page), 1);
          page.reject(new WorkerError("cancelled", "was asked to stop"));
        };
        signal?.addEventListener("abort", cancel);
        if (signal?.aborted) cancel();
        await page.promise.finally(() => signal?.removeEventListener("abort", cancel));
        return workshop.engine.paint(request, options);
      },
    },
  };

  async function present(): Promise<Page> {
    while (pages.length === 0) await new Promise(setImmediate);
    return pages.shift()!;
  }

  return {
    context,
    jobs: createJobs({ dataDir, store: context.store, queueLimit }),
    begun: () => begun,
    open: async () => (await present()).resolve(),
    fail: async (error) => (await present()).reject(error),
  };
}

interface Page {
  promise: Promise<void>;
  resolve: () => void;
  reject: (error: Error) => void;
}

function newPage(): Page {
  let resolve!: () => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<void>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}
