// The world's pages for the adapters: whole processes; processes whose last frame is known; four
// consecutive frames whose first and last are known. Known cells are encoded each picture alone, as they
// are when somebody brings one.
import { crafts, shortPrompt, subjectText } from "../world/index.js";
import type { Page } from "./flow.js";
import { pageWithKnown, type AdapterTask, type PageSource } from "./pages.js";
import { openWorldData, sizeOf, type StoreName, type WorldData } from "./world-data.js";

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
    run: { store: "run", frames: 4, columns: 2, known: [0, 3], knownStore: "runEnds" },
  },
};

export interface WorldPagesOptions {
  task: WorldTask;
  data: Parameters<typeof openWorldData>[0];
  /** pages a step sees of each kind */
  batch: Readonly<Record<string, number>>;
}

export async function openWorldPages({
  task,
  data,
  batch,
}: WorldPagesOptions): Promise<PageSource> {
  const world = await openWorldData(data);
  const kinds = kindsOf[task];
  const inTurn = Math.floor(data.sequences / crafts.length);
  return {
    kinds: Object.entries(kinds)
      .map(([name, { store }]) => ({
        name,
        size: sizeOf(store, data.framePx),
        batch: batch[name] ?? 0,
      }))
      .filter((kind) => kind.batch > 0),
    domains: crafts.length,
    domainsOf: () => crafts.map((_, i) => i),
    draw(random, name, domain) {
      const kind = kinds[name]!;
      const index = random.whole(0, inTurn - 1) * crafts.length + domain;
      const { scene, craft } = world.sequences[index]!;
      const prompt = shortPrompt(craft, kind.frames, subjectText(scene, craft));
      return { ...pageOf(world, kind, index), prompt };
    },
    close: () => world.close(),
  };
}

function pageOf(
  world: WorldData,
  { store, columns, known, knownStore }: Kind,
  index: number,
): Page {
  const size = sizeOf(store, world.framePx);
  const given = known.length === 0 ? new Float32Array() : world.read(knownStore, index);
  return pageWithKnown(world.read(store, index), given, { size, columns, known });
}
