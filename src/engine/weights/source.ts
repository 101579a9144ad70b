// Tensors of any file or folder that people have, by the names it gives them.
import { realpath } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { BLOCKS_MARK, BLOCKS_VERSION, foldBlocks } from "./convert/laid-out.js";
import { entryOf } from "./entry.js";
import { isBlockType, openGguf, type GgufType } from "./gguf.js";
import type { CheckpointKind } from "./layouts/checkpoint.js";
import { openSafetensors, type Dtype } from "./safetensors.js";
import { openShards } from "./shards.js";

export interface SourceTensor {
  dtype: Dtype | GgufType;
  shape: readonly number[];
  /** relative to the source's root */
  file: string;
  /** bytes from the file's beginning */
  offset: number;
  length: number;
  /** what a matrix is made of that lies in arrays */
  blocks?: {
    bits: 4 | 8;
    quants: SourceTensor;
    scales: SourceTensor;
    zeroPoints?: SourceTensor;
  };
}

export type TensorMap = Map<string, SourceTensor>;

/** Something that a person should know, and that stops nothing. */
export interface WeightWarning {
  warning: "stray-file" | "alpha" | "left-out";
  file: string;
  /** what stands where something else was expected */
  value?: string;
  message: string;
}

export interface WeightSource {
  /** the file, or the index, for messages */
  path: string;
  /** the folder that all its files lie in or below, links followed: the runtime follows none out of it */
  root: string;
  /** relative to the root */
  files: string[];
  tensors: TensorMap;
  /** header texts */
  metadata: Record<string, string>;
  warnings: WeightWarning[];
}

/**
 * Opens a safetensors or GGUF file, an index of shards, or a folder with one of them. By their names:
 * a file whose content is another's is refused for what it is.
 * @param kind - which of a diffusers repository's folders is meant
 * @throws EngineError `no_such_file`, or `bad_weights` that says what is wrong and where
 */
export async function openWeights(path: string, kind?: CheckpointKind): Promise<WeightSource> {
  const entry = await entryOf(path, kind);
  if (entry.endsWith(".gguf")) return sourceOf(entry, [await openGguf(entry)]);
  if (!entry.endsWith(".json")) return sourceOf(entry, [await openSafetensors(entry)]);
  const { files, strays } = await openShards(entry);
  const source = await sourceOf(entry, files);
  const message = (file: string) => `${file} is not in the index beside it, and is not used`;
  source.warnings.push(
    ...strays.map((file) => ({ warning: "stray-file" as const, file, message: message(file) })),
  );
  return source;
}

interface OpenFile {
  path: string;
  tensors: ReadonlyMap<string, Omit<SourceTensor, "file">>;
  metadata?: Record<string, string>;
}

async function sourceOf(entry: string, open: OpenFile[]): Promise<WeightSource> {
  const paths = await Promise.all(open.map(({ path }) => realpath(path)));
  const root = paths.map(dirname).reduce(commonFolder, dirname(paths[0] ?? entry));
  const files = paths.map((path) => relative(root, path));
  const metadata: Record<string, string> = Object.assign({}, ...open.map((file) => file.metadata));
  const stored = open.flatMap((opened, i) =>
    [...opened.tensors].map(([name, tensor]) => [name, { ...tensor, file: files[i]! }] as const),
  );
  const isOurs = metadata[BLOCKS_MARK] === BLOCKS_VERSION;
  const tensors: TensorMap = isOurs ? foldBlocks(entry, new Map(stored)) : new Map(stored);
  return { path: entry, root, files, tensors, metadata, warnings: [] };
}

function commonFolder(a: string, b: string): string {
  let folder = a;
  while (relative(folder, b).startsWith("..") && dirname(folder) !== folder)
    folder = dirname(folder);
  return folder;
}

/** Whether a tensor is in GGUF's blocks, which nothing can compute with as they lie. */
export const isInBlocks = ({ dtype }: SourceTensor): boolean => isBlockType(dtype);

export const filePath = ({ root }: WeightSource, { file }: SourceTensor): string =>
  join(root, file);
