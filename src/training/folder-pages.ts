// People's own pages for the adapters: read from a folder, sent through the autoencoder once, and kept as
// latents beside the run. What is known of a page (its last frame, or the ends of four consecutive ones)
// is cut out of it and encoded alone, as it is when somebody brings a picture.
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import {
  fingerprint,
  Networks,
  readModelConfig,
  toPlanes,
  type LatentSize,
} from "../engine/train/index.js";
import type { PictureOperations } from "../workers/index.js";
import { pageOf, readDataset, type Example } from "./data/index.js";
import { TrainingError } from "./error.js";
import { joined } from "./frozen-text.js";
import { appendRows, countRows, openLatents, type LatentStore } from "./latent-store.js";
import { RUN, sampleOf, variantsOf, type Variant } from "./page-variants.js";
import { pageWithKnown, type AdapterTask, type PageSource, type SamplePage } from "./pages.js";

const CHANNELS = 16;
const LATENT_PX = 8;

export interface FolderPagesOptions {
  task: AdapterTask;
  folder: string;
  modelDir: string;
  /** gets the latents */
  cacheDir: string;
  /** frames of a page whose caption does not tell them apart */
  frames: 9 | 4;
  pagePx: { nine: number; four: number };
  batch: number;
  /** whatever domain a caption names, all are of one */
  oneDomain?: boolean;
  pictures: PictureOperations;
  signal?: AbortSignal;
  onProgress?: (done: number, all: number) => void;
}

interface Entry {
  kind: string;
  row: number;
  prompt: string;
  domain: number;
}

/** Rows of one kind of page: the page's latents, and behind them those of its known cells. */
interface Shelf {
  size: LatentSize;
  columns: number;
  known: readonly number[];
  length: number;
  file: string;
}

/** @throws DatasetError with everything that is wrong with the folder, before anything is computed */
export async function openFolderPages(options: FolderPagesOptions): Promise<PageSource> {
  const { examples } = await readDataset(options.folder, options);
  const model = await readModelConfig(options.modelDir);
  const networks = new Networks(options.modelDir, model);
  const version = await fingerprint(path.resolve(options.modelDir, model.autoencoder.file));
  const cache = path.join(options.cacheDir, cacheName(examples, options, version));
  await mkdir(cache, { recursive: true });
  const shelves = shelvesOf(options, cache);
  const entries: Entry[] = [];
  const samples: SamplePage[] = [];
  const sampled = new Set([0, 1, 2].map((third) => Math.floor((third * examples.length) / 3)));
  const written = new Map<string, number>();
  for (const [kind, { file, length }] of shelves) written.set(kind, await countRows(file, length));
  const next = new Map<string, number>();
  try {
    for (const [done, example] of examples.entries()) {
      if (options.signal?.aborted)
        throw new TrainingError("cancelled", `stopped at picture ${done} of ${examples.length}`);
      const frames = framesOf(example, options.frames);
      const kind = options.task === "interpolation" ? `run of ${frames}` : String(frames);
      const shelf = shelves.get(kind)!;
      const count = options.task === "interpolation" ? frames - RUN + 1 : 1;
      const first = next.get(kind) ?? 0;
      next.set(kind, first + count);
      const { prompt } = example;
      const domain = options.oneDomain === true ? 0 : (example.domainB ?? 1) - 1;
      for (let i = 0; i < count; i++) entries.push({ kind, row: first + i, prompt, domain });
      const isNew = first + count > written.get(kind)!;
      if (isNew || sampled.has(done)) {
        const variants = variantsOf(options.task, await pageFor(example, frames, options), frames);
        if (sampled.has(done))
          samples.push(sampleOf(variants, { name: `page-${done + 1}`, prompt, domain }));
        if (isNew) {
          const rows = variants.map((variant) => encodeVariant(variant, networks));
          await appendRows(shelf.file, first, await Promise.all(rows));
        }
      }
      options.onProgress?.(done + 1, examples.length);
    }
  } finally {
    await networks.close();
  }
  return { ...(await sourceOf(entries, shelves, options.batch)), samples };
}

const framesOf = (example: Example, otherwise: 9 | 4): 9 | 4 => {
  const count = "framePaths" in example ? example.framePaths.length : example.steps.length;
  return count === 9 || count === 4 ? count : otherwise;
};

const pageFor = (example: Example, frames: 9 | 4, { pictures, pagePx }: FolderPagesOptions) =>
  pageOf(example, pictures, frames === 9 ? pagePx.nine : pagePx.four);

/** The page's latents, and behind them those of each known cell. */
async function encodeVariant(
  { picture, known }: Variant,
  networks: Networks,
): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for (const each of [picture, ...known.map((given) => given.picture)])
    parts.push(await networks.encode(toPlanes(each)));
  return joined(parts);
}

function shelvesOf({ task, pagePx }: FolderPagesOptions, cache: string): Map<string, Shelf> {
  const shelf = (kind: string, px: number, columns: number, known: readonly number[]) => {
    const size = { channels: CHANNELS, height: px / LATENT_PX, width: px / LATENT_PX };
    const page = size.channels * size.height * size.width;
    const length = page + known.length * (page / columns ** 2);
    const file = path.join(cache, `${kind.replaceAll(" ", "-")}.f16`);
    return [kind, { size, columns, known, length, file }] as const;
  };
  const last = (cell: number) => (task === "recraft" ? [cell] : []);
  if (task !== "interpolation")
    return new Map([shelf("9", pagePx.nine, 3, last(8)), shelf("4", pagePx.four, 2, last(2))]);
  const ends = [0, RUN - 1];
  return new Map([
    shelf("run of 9", (pagePx.nine / 3) * 2, 2, ends),
    shelf("run of 4", pagePx.four, 2, ends),
  ]);
}

async function sourceOf(
  entries: readonly Entry[],
  shelves: ReadonlyMap<string, Shelf>,
  batch: number,
): Promise<Omit<PageSource, "samples">> {
  const used = [...shelves].filter(([kind]) => entries.some((entry) => entry.kind === kind));
  const stores = new Map<string, LatentStore>();
  for (const [kind, { file, length }] of used) stores.set(kind, await openLatents(file, length));
  const of = (kind: string) => entries.filter((entry) => entry.kind === kind);
  return {
    kinds: used.map(([name, { size }]) => ({ name, size, batch })),
    prompts: [...new Set(entries.map(({ prompt }) => prompt))],
    domains: Math.max(...entries.map(({ domain }) => domain)) + 1,
    domainsOf: (kind) => [...new Set(of(kind).map(({ domain }) => domain))],
    draw(random, kind, domain) {
      const { row, prompt } = random.pick(of(kind).filter((entry) => entry.domain === domain));
      const shelf = shelves.get(kind)!;
      const latents = stores.get(kind)!.read(row);
      const pageLength = shelf.size.channels * shelf.size.height * shelf.size.width;
      const page = latents.subarray(0, pageLength);
      return { ...pageWithKnown(page, latents.subarray(pageLength), shelf), prompt };
    },
    close: () => stores.forEach((store) => store.close()),
  };
}

/** Other pictures, sizes or weights are another cache. */
function cacheName(
  examples: readonly Example[],
  { task, pagePx, frames }: FolderPagesOptions,
  version: string,
): string {
  const what = JSON.stringify([examples.map(({ id }) => id), task, pagePx, frames, version]);
  return createHash("sha256").update(what).digest("hex").slice(0, 16);
}
