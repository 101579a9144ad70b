// The world's pages for the adapters: whole processes; processes whose last frame is known; four
// consecutive frames whose first and last are known. Known cells are encoded each picture alone, as they
// are when somebody brings one.
import { cellOf, indexOf, layoutFor, type Order } from "../grid/index.js";
import { shortPrompt, subjectText } from "../world/index.js";
import { rearrange, toTokens, type Page } from "./flow.js";
import { RUN } from "./page-variants.js";
import { pageWithKnown, type AdapterTask, type PageSource } from "./pages.js";
import {
  openWorldData,
  sizeOf,
  type StoreName,
  type WorldData,
  type WorldLatents,
} from "./world-data.js";
import { worldSamples, worldSamplesWithKnown } from "./world-samples.js";

/** A kind of page: where its latents lie, and the cells that are known, counted row by row. */
interface Kind {
  store: StoreName;
  frames: 9 | 4;
  columns: number;
  known: readonly number[];
  knownStore: StoreName;
}

const nine = { store: "nine", frames: 9, columns: 3, knownStore: "finished" } as const;
const four = { store: "four", frames: 4, columns: 2, knownStore: "finished" } as const;

type WorldTask = Exclude<AdapterTask, "style">;

const kindsOf: Record<WorldTask, Record<string, Kind>> = {
  "asymmetric-lora": { nine: { ...nine, known: [] }, four: { ...four, known: [] } },
  recraft: { nine: { ...nine, known: [8] }, four: { ...four, known: [2] } },
  interpolation: {
    run: { store: "run", frames: RUN, columns: 2, known: [0, 3], knownStore: "runEnds" },
  },
};

export interface WorldPagesOptions {
  task: WorldTask;
  data: WorldLatents;
  /** of pages without known cells; their latents lie in snake order */
  layout?: Order;
  /** crafts with few sequences to learn from */
  scarce?: { crafts: readonly string[]; sequences: number };
  /** pages a step sees of each kind */
  batch: Readonly<Record<string, number>>;
}

export async function openWorldPages({
  task,
  data,
  layout = "snake",
  scarce,
  batch,
}: WorldPagesOptions): Promise<PageSource> {
  const world = await openWorldData(data);
  const kinds = kindsOf[task];
  const { crafts } = world;
  const inTurn = Math.floor(data.sequences / crafts.length);
  const counts = crafts.map(({ slug }) =>
    scarce?.crafts.includes(slug) ? Math.min(scarce.sequences, inTurn) : inTurn,
  );
  return {
    kinds: Object.entries(kinds)
      .map(([name, { store }]) => ({
        name,
        size: sizeOf(store, data.framePx),
        batch: batch[name] ?? 0,
      }))
      .filter((kind) => kind.batch > 0),
    samples:
      task === "asymmetric-lora" ? worldSamples(data) : await worldSamplesWithKnown(task, data),
    domains: crafts.length,
    domainsOf: () => crafts.map((_, i) => i),
    draw(random, name, domain) {
      const kind = kinds[name]!;
      const index = random.whole(0, counts[domain]! - 1) * crafts.length + domain;
      const { scene, craft } = world.sequences[index]!;
      const prompt = shortPrompt(craft, kind.frames, subjectText(scene, craft));
      return { ...pageOf(world, kind, layout, index), prompt };
    },
    close: () => world.close(),
  };
}

function pageOf(
  world: WorldData,
  { store, frames, columns, known, knownStore }: Kind,
  layout: Order,
  index: number,
): Page {
  const size = sizeOf(store, world.framePx);
  const page = world.read(store, index);
  if (known.length > 0)
    return pageWithKnown(page, world.read(knownStore, index), { size, columns, known });
  if (layout === "snake") return { tokens: toTokens(page, size) };
  return { tokens: toTokens(rearrange(page, size, columns, cellsOfSnake(frames)), size) };
}

/** Where each frame stands on a page in snake order, counted row by row. */
function cellsOfSnake(frames: 9 | 4): number[] {
  const snake = layoutFor(frames, "snake");
  return Array.from({ length: frames }, (_, frame) => indexOf(snake, cellOf(snake, frame)));
}
