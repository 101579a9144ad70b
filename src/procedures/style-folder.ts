// Styles that come and go: a LoRA is looked at, copied into a hidden folder with its `style.json`, and renamed
// when all of it is on the disk.
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { Context } from "./context.js";
import { DOMAIN_FILE } from "./domains.js";
import { closeDraft, openDraft, removedName, sweep, syncFolder, write } from "./drafts.js";
import { ProcedureError } from "./error.js";
import {
  isStyleFolder,
  MAX_STYLE_WEIGHT,
  MAX_TRIGGER_LENGTH,
  ownAdaptersDir,
  requireStyle,
  STYLE_FILE,
  STYLE_SLUG,
  type StyleFile,
  TAKEN_NAMES,
} from "./styles.js";
import { oneLine, reasonOf, slugOf } from "./words.js";
import { makeFolder } from "../make-folder.js";

export interface StyleInput {
  /** absolute; it is copied, and stays */
  file: string;
  name: string;
  trigger?: string | undefined;
  weight?: number | undefined;
}

type Place = Pick<Context, "model" | "dataDir">;

/**
 * Throws `bad_style` where it cannot be called so, `cannot_save`, and what the look throws.
 * @param look - opens the file, holds it against the model, and tells what it is
 * @returns its slug
 */
export async function addStyle(
  { model, dataDir }: Place,
  { file, name, ...input }: StyleInput,
  look: () => Promise<Pick<StyleFile, "size"> & { version: string }>,
): Promise<string> {
  const root = ownAdaptersDir(dataDir);
  const slug = freeSlug({ model, dataDir }, name);
  const trigger = cleanTrigger(input.trigger ?? "");
  const weight = cleanWeight(input.weight ?? 1);
  const { version, size } = await look();
  const style: StyleFile = {
    slug,
    trigger,
    weight,
    file: `lora-${version}.safetensors`,
    size,
    source: path.basename(file),
  };
  const draft = openDraft(root);
  try {
    await makeFolder(root);
    await sweep(root);
    await mkdir(draft);
    const copy = createWriteStream(path.join(draft, style.file), { flags: "wx", flush: true });
    await pipeline(createReadStream(file), copy);
    await write(path.join(draft, STYLE_FILE), Buffer.from(`${JSON.stringify(style, null, 2)}\n`));
    await syncFolder(draft);
    await rename(draft, path.join(root, slug));
    await syncFolder(root);
  } catch (error) {
    throw new ProcedureError(
      "cannot_save",
      `cannot put ${name} into ${root}: ${reasonOf(error)}; make it writable and free some space`,
    );
  } finally {
    await closeDraft(draft);
  }
  return slug;
}

/** Throws `unknown_style`, `bad_style` where it is none that was added, or `cannot_save`. */
export async function removeStyle({ model, dataDir }: Place, name: string): Promise<string> {
  const root = ownAdaptersDir(dataDir);
  const slug = slugOf(name);
  const folder = path.join(root, slug);
  if (!STYLE_SLUG.test(slug) || !isStyleFolder(folder)) throw notAdded({ model, dataDir }, name);
  const removed = removedName(root);
  try {
    await rename(folder, removed);
  } catch (error) {
    throw new ProcedureError("cannot_save", `cannot remove ${folder}: ${reasonOf(error)}`);
  }
  await rm(removed, { recursive: true, force: true }).catch(() => {}); // the next sweep's
  return slug;
}

function freeSlug(place: Place, name: string): string {
  const slug = slugOf(name);
  const root = ownAdaptersDir(place.dataDir);
  if (!STYLE_SLUG.test(slug))
    throw badStyle(`a style's name has 1 to 60 letters, digits and hyphens, as watercolor`, name);
  if (TAKEN_NAMES.includes(slug) || Object.hasOwn(place.model.adapters, slug))
    throw badStyle(`the model “${place.model.name}” has weights of that name; take another`, name);
  if (isStyleFolder(path.join(root, slug)))
    throw badStyle(`there is one already; makeanything adapters remove ${slug}`, name);
  if (existsSync(path.join(root, slug)))
    throw badStyle(`a domain that was trained here is called so; take another name`, name);
  return slug;
}

function cleanTrigger(trigger: string): string {
  const text = oneLine(trigger);
  if (text.length > MAX_TRIGGER_LENGTH)
    throw new ProcedureError(
      "bad_style",
      `trigger: at most ${MAX_TRIGGER_LENGTH} characters, got ${text.length}; give the few words that the LoRA was trained with`,
    );
  return text;
}

function cleanWeight(weight: number): number {
  if (Math.abs(weight) <= MAX_STYLE_WEIGHT) return weight;
  throw new ProcedureError(
    "bad_style",
    `weight: must be from -${MAX_STYLE_WEIGHT} to ${MAX_STYLE_WEIGHT}, got ${weight}`,
  );
}

function notAdded(place: Place, name: string): ProcedureError {
  const slug = slugOf(name);
  const folder = path.join(ownAdaptersDir(place.dataDir), slug);
  if (STYLE_SLUG.test(slug) && existsSync(path.join(folder, DOMAIN_FILE)))
    return badStyle(`it is a domain that was trained here, in ${folder}, and no style`, name);
  requireStyle(place, name);
  return badStyle(`it comes with the model “${place.model.name}”, and stays there`, name);
}

function badStyle(what: string, name: string): ProcedureError {
  return new ProcedureError("bad_style", `${oneLine(name).slice(0, 60)}: ${what}`);
}
