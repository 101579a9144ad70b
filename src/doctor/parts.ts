// Of all that was found, what FLUX.1-dev and MakeAnything are put together from: the best of each.
import path from "node:path";
import { type Accelerator, acceleratorsIn } from "./accelerators.js";
import { phrases } from "./flux-dev.js";
import type { FoundFile, FoundPart, World } from "./world.js";
import type { CheckpointKind } from "../engine/index.js";

export interface Parts {
  networks: { [Kind in CheckpointKind]?: Chosen };
  tokenizers: { t5?: string; clip?: string };
  /** with a B for each domain, for pages of nine frames and of four */
  asymmetric: { nine?: FoundFile; four?: FoundFile };
  /** of one domain, or one that was fetched alone */
  recraft: DomainLora[];
  single: DomainLora[];
  accelerators: Accelerator[];
}

export interface Chosen {
  file: FoundFile;
  part: FoundPart;
}

export interface DomainLora {
  domain: string;
  grid: "nine" | "four";
  file: FoundFile;
}

/** Of the same shapes as FLUX.1-dev, and yet not what the LoRAs were trained on. */
const RELATIVES = /kontext|krea|fill|canny|depth|redux|schnell|merge/i;
const TYPES = ["BF16", "F16", "F32", "F8_E4M3", "F8_E5M2", "Q8_0", "Q4_K", "Q4_0"];
const B_COUNT = { nine: 10, four: 21 };

type Found = Pick<World, "files" | "tokenizers">;

/** @param transformer - the file to take, where somebody named one */
export function chooseParts({ files, tokenizers }: Found, transformer?: string): Parts {
  const choose = (kind: CheckpointKind, among = files): Chosen | undefined =>
    among
      .flatMap((file) =>
        file.parts.filter((part) => part.kind === kind).map((part) => ({ file, part })),
      )
      .toSorted((a, b) => rank(a) - rank(b))[0];
  const networks = {
    transformer: choose(
      "transformer",
      files.filter((file) => transformer === undefined || file.path === transformer),
    ),
    autoencoder: choose("autoencoder"),
    t5: choose("t5"),
    clip: choose("clip"),
  };
  const folderOf = (kind: "t5" | "clip") => tokenizers.find((one) => one.kind === kind)?.folder;
  const domains = files.filter(({ lora }) => lora?.domainCount === 0).map(domainLora);
  return {
    networks: withoutGaps(networks),
    tokenizers: withoutGaps({ t5: folderOf("t5"), clip: folderOf("clip") }),
    asymmetric: withoutGaps({ nine: asymmetric(files, "nine"), four: asymmetric(files, "four") }),
    recraft: domains.flatMap(({ recraft }) => recraft),
    single: domains.flatMap(({ single }) => single),
    accelerators: acceleratorsIn(files),
  };
}

/** All LoRAs that paint. */
export function lorasIn({ asymmetric: { nine, four }, recraft, single }: Parts): FoundFile[] {
  const ofDomains = [...recraft, ...single].map(({ file }) => file);
  return [...(nine ? [nine] : []), ...(four ? [four] : []), ...ofDomains];
}

/** Networks and tokenizers. */
export const PART_COUNT = 6;

/** What a model folder cannot do without, by what the catalogue of models calls it. */
export function missingParts({ networks, tokenizers }: Parts): string[] {
  const ids = {
    "flux1-dev": networks.transformer,
    ae: networks.autoencoder,
    "t5xxl-fp16": networks.t5,
    "clip-l": networks.clip,
    "clip-tokenizer": tokenizers.clip,
    "t5-tokenizer": tokenizers.t5,
  };
  return Object.entries(ids)
    .filter(([, found]) => found === undefined)
    .map(([id]) => id);
}

export const isRelative = ({ file, part }: Chosen): boolean =>
  part.kind === "transformer" && RELATIVES.test(path.basename(file.path));

/** Relatives come last; then counts in what numbers it is, and whether its name says that it is the one. */
function rank({ file, part }: Chosen): number {
  const name = path.basename(file.path);
  const type = TYPES.indexOf(part.dtypes[0] ?? "");
  const isNamed = /dev|^ae|flux|t5xxl|clip_l/i.test(name);
  return (
    100 * Number(isRelative({ file, part })) +
    2 * (type < 0 ? TYPES.length : type) +
    Number(!isNamed)
  );
}

function asymmetric(files: readonly FoundFile[], grid: "nine" | "four"): FoundFile | undefined {
  return files.find(({ lora }) => lora?.domainCount === B_COUNT[grid]);
}

/** Released ones are known by their names, those fetched alone by what their headers say. */
function domainLora(file: FoundFile): { recraft: DomainLora[]; single: DomainLora[] } {
  const name = path.basename(file.path).replace(/-/g, "_");
  const released = /^recraft_([49])f_([a-z_]+)\.safetensors$/.exec(name);
  const alone = /^makeanything_([49])f_/.exec(name);
  const isOil = name.startsWith("asymmetric_lora_9f_oil.");
  const lora = (frames?: string, domain?: string): DomainLora[] =>
    domain !== undefined && Object.hasOwn(phrases, domain)
      ? [{ domain, grid: frames === "9" ? "nine" : "four", file }]
      : [];
  return {
    recraft: released ? lora(released[1], released[2]) : [],
    single: isOil ? lora("9", "oil_painting") : alone ? lora(alone[1], file.lora?.domain) : [],
  };
}

type Gapless<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutGaps<T extends object>(record: T): Gapless<T> {
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== undefined),
  ) as Gapless<T>;
}
