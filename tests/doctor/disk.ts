// Disks for tests: files with the real headers of the public ones, which take no room.
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { withHeader } from "../support/safetensors.js";

type Public =
  | "flux1-dev"
  | "ae"
  | "t5xxl"
  | "clip_l"
  | "recraft"
  | "asymmetric_lora_9f_general"
  | "asymmetric_lora_4f_general";
type Tensors = [key: string, tensor: [dtype: string, shape: number[]]][];

const BYTES: Record<string, number> = { F32: 4, F16: 2, BF16: 2, F8_E4M3: 1 };

export const headerOf = (name: Public): Tensors =>
  Object.entries(
    JSON.parse(readFileSync(new URL(`../reference/headers/${name}.json`, import.meta.url), "utf8"))
      .tensors,
  );

export interface SparseOptions {
  /** tensors whose first byte is no zero */
  touched?: RegExp;
  metadata?: Record<string, string>;
}

/** A whole file of zeros. */
export function sparse(
  file: string,
  tensors: Tensors,
  { touched, metadata }: SparseOptions = {},
): string {
  let end = 0;
  const entries = tensors.map(([key, [dtype, shape]]) => {
    const begin = end;
    end += shape.reduce((product, size) => product * size, BYTES[dtype]!);
    return [key, { dtype, shape, data_offsets: [begin, end] }] as const;
  });
  const header = { ...(metadata && { __metadata__: metadata }), ...Object.fromEntries(entries) };
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, withHeader(JSON.stringify(header), new Uint8Array()));
  const { size } = statSync(file);
  truncateSync(file, size + end);
  const descriptor = openSync(file, "r+");
  for (const [
    key,
    {
      data_offsets: [begin],
    },
  ] of entries)
    if (touched?.test(key)) writeSync(descriptor, Uint8Array.of(1), 0, 1, size + begin!);
  closeSync(descriptor);
  return file;
}

/** The tokenizer's vocabulary counts, and no more of it is there. */
export function tokenizer(folder: string, kind: "t5" | "clip"): void {
  mkdirSync(folder, { recursive: true });
  const vocab =
    kind === "t5"
      ? Array.from({ length: 32_100 }, (_, i) => [`p${i}`, 0])
      : Object.fromEntries(Array.from({ length: 49_408 }, (_, i) => [`t${i}`, i]));
  writeFileSync(path.join(folder, "tokenizer.json"), JSON.stringify({ model: { vocab } }));
  writeFileSync(path.join(folder, "tokenizer_config.json"), "{}");
}

/** As the hub's cache has a file: the bytes in `blobs`, a link in a snapshot. */
export function inHub(
  cacheDir: string,
  repository: string,
  name: string,
  make: (file: string) => void,
): void {
  const root = path.join(cacheDir, `models--${repository.replace("/", "--")}`);
  const blob = path.join(
    root,
    "blobs",
    Buffer.from(name).toString("hex").padStart(64, "0").slice(-64),
  );
  mkdirSync(path.dirname(blob), { recursive: true });
  make(blob);
  const link = path.join(root, "snapshots", "a".repeat(40), name);
  mkdirSync(path.dirname(link), { recursive: true });
  symlinkSync(path.relative(path.dirname(link), blob), link);
}
