// One domain out of an asymmetric LoRA: which of its tensors, and how they lie in a file of their own. It
// is a plain LoRA then: A, the domain's B under the name a single one has, and alpha.
import { ModelsError } from "./error.js";
import type { RemoteFile } from "./hub-file.js";
import { type Span, union } from "./spans.js";
import type { TensorEntry } from "../engine/weights/safetensors-header.js";

export interface Domain {
  slug: string;
  /** which B, from 0 */
  b: number;
}

export interface DomainLayout {
  /** what is fetched, in the source */
  wanted: Span[];
  /** where it goes, behind the header */
  place(offset: number): number;
  sizeBytes: number;
  headerBytes: number;
  /** length and header, as the file begins. @param sha256 - of all that follows */
  header(sha256: string): Buffer;
}

interface Part {
  key: string;
  entry: TensorEntry;
  /** in the new file, behind its header */
  begin: number;
}

/** Throws `bad_answer` of a file without that B. */
export function layOutDomain(
  tensors: ReadonlyMap<string, TensorEntry>,
  file: RemoteFile,
  domain: Domain,
): DomainLayout {
  const parts = partsOf(tensors, file, domain);
  const last = parts.at(-1)!;
  const dataBytes = last.begin + last.entry.length;
  const header = (sha256: string) => encodeHeader(parts, file, domain, sha256);
  const headerBytes = header("0".repeat(64)).length;
  return {
    wanted: union(
      parts.map(({ entry: { offset, length } }): Span => [offset, offset + length]),
      [],
    ),
    place(offset) {
      const { entry, begin } = parts.findLast((part) => part.entry.offset <= offset)!;
      return headerBytes + begin + offset - entry.offset;
    },
    sizeBytes: headerBytes + dataBytes,
    headerBytes,
    header,
  };
}

/** In the source's order, so that what lies together there is fetched together. */
function partsOf(
  tensors: ReadonlyMap<string, TensorEntry>,
  file: RemoteFile,
  { slug, b }: Domain,
): Part[] {
  const up = `.lora_ups.${b}.weight`;
  const chosen = [...tensors].flatMap(([key, entry]) => {
    if (key.endsWith(up)) return { key: key.replace(up, ".lora_up.weight"), entry };
    return key.endsWith(".lora_down.weight") || key.endsWith(".alpha") ? { key, entry } : [];
  });
  const count = (end: string) => chosen.filter(({ key }) => key.endsWith(end)).length;
  if (count(".lora_up.weight") === 0 || count(".lora_up.weight") !== count(".lora_down.weight"))
    throw new ModelsError(
      "bad_answer",
      `${file.path} has no B of ${slug} (lora_ups.${b}) for each of its layers`,
    );
  let begin = 0;
  return chosen
    .toSorted((x, y) => x.entry.offset - y.entry.offset)
    .map(({ key, entry }) => {
      const part = { key, entry, begin };
      begin += entry.length;
      return part;
    });
}

function encodeHeader(
  parts: Part[],
  { repository, path, commit, etag }: RemoteFile,
  { slug }: Domain,
  sha256: string,
): Buffer {
  const metadata = { source: `${repository}/${path}`, commit, etag, domain: slug, sha256 };
  const tensors = parts.map(({ key, entry: { dtype, shape, length }, begin }) => [
    key,
    { dtype, shape, data_offsets: [begin, begin + length] },
  ]);
  const json = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(tensors) });
  const padding = " ".repeat((8 - (Buffer.byteLength(json) % 8)) % 8);
  const text = Buffer.from(json + padding);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text]);
}
