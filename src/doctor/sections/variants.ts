// In which variant a large model is run here, why, and why in no other.
import type { Line, Section } from "../diagnosis.js";
import type { Outlook } from "../outlook.js";
import type { Disk } from "../world.js";
import { memoryNeeds, variants } from "../../engine/index.js";
import { sayBytes } from "../../models/index.js";

type Row = (typeof variants)[number];

export function variantsSection(outlook: Outlook, disk: Disk): Section {
  const { variant, because, others, transformer, name } = outlook;
  const needOf = memoryNeeds(transformer);
  const sayNeed = (row: Row) => `${(needOf(row).total / 1e9).toFixed(1)} GB`;
  const reasons = new Map<string, Row[]>();
  for (const row of variants) {
    const why = others.find((other) => other.name === row.name)?.why;
    if (why !== undefined) reasons.set(why, [...(reasons.get(why) ?? []), row]);
  }
  const refused = [...reasons].map(([why, rows]) => refusal(why, rows, sayNeed));
  const chosen = variants.find((row) => row.name === variant?.name);
  const head: Line = chosen
    ? { state: "ok", what: chosen.name, words: because }
    : { state: "wrong", what: name, words: `cannot be run here: ${because}` };
  return {
    title: `How ${name} would be run here`,
    lines: [
      head,
      ...refused,
      ...note("speed", slowness(outlook)),
      ...note("disk", conversion(outlook, disk)),
      ...note("LoRAs", otherVolumes(outlook)),
    ],
  };
}

/** One reason may be that of many. */
function refusal(why: string, rows: readonly Row[], sayNeed: (row: Row) => string): Line {
  const [first, ...more] = rows as [Row, ...Row[]];
  if (more.length === 0) return { state: "no", what: first.name, words: sayWhy(why, sayNeed(first)) };
  const isOne = more.every(({ provider }) => provider === first.provider);
  const names = rows.map((row) => `${row.name} (${sayNeed(row)})`).join(", ");
  return { state: "no", what: isOne ? first.provider : "others", words: `${why}: ${names}` };
} // prettier-ignore

const sayWhy = (why: string, need: string): string =>
  why.includes(need) ? why : `${why} (${need})`;

const note = (what: string, words: string | undefined): Line[] =>
  words === undefined ? [] : [{ state: "note", what, words }];

/** 2,000 TFLOP a page, of which a processor does less than one a second. */
function slowness({ variant }: Outlook): string | undefined {
  if (variant?.provider !== "cpu") return undefined;
  return "on a processor a page takes an hour, and often more";
}

function conversion({ convertedBytes }: Outlook, { folder, freeBytes }: Disk): string | undefined {
  if (convertedBytes === 0) return undefined;
  const once = `the weights are converted once, to about ${sayBytes(convertedBytes)} in ${folder}`;
  if (freeBytes === undefined) return once;
  return freeBytes < convertedBytes
    ? `${once}, which has only ${sayBytes(freeBytes)} left: make room, or let MAKEANYTHING_HOME name a folder on another disk`
    : `${once}, which has ${sayBytes(freeBytes)} left`;
}

/** A session maps files of one folder: what it needs from elsewhere is linked there, or has to be copied. */
function otherVolumes({ variant, weights, loras }: Outlook): string | undefined {
  if (variant?.loras !== "baked" || weights === undefined) return undefined;
  const apart = loras.filter(({ volume }) => volume !== weights.volume);
  if (apart.length === 0) return undefined;
  const lie = apart.length === 1 ? "1 LoRA lies" : `${apart.length} LoRAs lie`;
  const bytes = apart.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return `${lie} on another disk than the transformer, and one disk cannot link to another: on CUDA a copy is made beside it, ${sayBytes(bytes)}; move them to its disk to save that`;
}
