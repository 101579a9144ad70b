// Single domains that were fetched: files of their own, whose headers say what they are of.
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import path from "node:path";
import type { Model } from "./catalogue.js";
import { hashFrom, type HashOptions } from "./checksum.js";
import { readJournal } from "./draft.js";
import { lengthOf } from "./spans.js";
import { openSafetensors } from "../engine/weights/safetensors.js";

export interface DomainOnDisk {
  path: string;
  sizeBytes: number;
  /** where the tensors begin, in bytes */
  dataBegin: number;
  domain: string;
  /** of the file it was taken from */
  etag: string;
  commit: string;
  /** of all behind the header */
  sha256: string;
}

/** @param slug - of one domain; all of them without it */
export async function domainFiles(
  folder: string,
  model: Model,
  slug?: string,
): Promise<DomainOnDisk[]> {
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(
    names
      .filter((name) => name.startsWith(`${model.id}-`) && name.endsWith(".safetensors"))
      .map((name) => readOne(path.join(folder, name), model)),
  );
  return files.flat().filter(({ domain }) => slug === undefined || domain === slug);
}

/** What is there of domains that were not fetched to their end. */
export async function domainDrafts(
  folder: string,
  model: Model,
): Promise<{ path: string; doneBytes: number }[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return Promise.all(
    names
      .filter((name) => name.startsWith(`${model.id}-`) && name.endsWith(".safetensors.incomplete"))
      .map(async (name) => {
        const place = path.join(folder, name);
        const journal = await readJournal(place);
        return { path: place, doneBytes: lengthOf(journal?.done ?? []) };
      }),
  );
}

/** Of all behind the header, as it is now. */
export function hashDomain(
  { path: file, dataBegin }: Pick<DomainOnDisk, "path" | "dataBegin">,
  options: HashOptions,
): Promise<string> {
  return hashFrom(file, dataBegin, createHash("sha256"), options);
}

/** Nothing of a file that is not whole, or was not made here. */
async function readOne(file: string, { repository, files }: Model): Promise<DomainOnDisk[]> {
  const opened = await openSafetensors(file).catch(() => undefined);
  if (opened === undefined) return [];
  const { source, domain, etag, commit, sha256 } = opened.metadata;
  if (source !== `${repository}/${files[0]}`) return [];
  if (!domain || !etag || !commit || !sha256) return [];
  const dataBegin = Math.min(...[...opened.tensors.values()].map(({ offset }) => offset));
  return [{ path: file, sizeBytes: opened.sizeBytes, dataBegin, domain, etag, commit, sha256 }];
}
