// Styles: plain LoRAs that change how things look and know of no process. A model folder may bring some, and
// people put more into the data folder, beside the domains that they trained: a style is a folder with a
// `style.json`, a domain one with an `adapter.json`.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { Context } from "./context.js";
import { ProcedureError } from "./error.js";
import { type Model, modelSize, partsAmong } from "./model.js";
import { oneLine, reasonOf, slugOf } from "./words.js";
import { nearest } from "../nearest.js";

export const STYLE_FILE = "style.json";
export const STYLE_SLUG = /^[a-z][a-z0-9_]{0,59}$/;
export const MAX_TRIGGER_LENGTH = 200;
/** Either way: a style can be taken away from a picture too. */
export const MAX_STYLE_WEIGHT = 2;

/** Adapters of a model that are no styles. */
const OTHER_ADAPTERS = ["asymmetric", "recraft", "interpolation"];
/** What a style cannot be called: the manifest names the weights of a picture so. */
export const TAKEN_NAMES = ["transformer", ...OTHER_ADAPTERS];

const styleFile = z.strictObject({
  /** also the name of the folder */
  slug: z.string().regex(STYLE_SLUG),
  /** words that go into the prompt with it */
  trigger: z.string().max(MAX_TRIGGER_LENGTH),
  /** where nobody says another */
  weight: z.number().min(-MAX_STYLE_WEIGHT).max(MAX_STYLE_WEIGHT),
  /** beside this one; named after its content, which an engine that has it open relies on */
  file: z.string().regex(/^lora-[0-9a-f]+\.safetensors$/),
  /** of the models that it fits */
  size: modelSize,
  /** the file's name when it came */
  source: z.string(),
});

export type StyleFile = z.infer<typeof styleFile>;

export interface Style extends Pick<StyleFile, "slug" | "trigger" | "weight"> {
  /** absolute; the model's own lie in its folder, under their name */
  file?: string;
  /** whether the present model can use it */
  fits: boolean;
}

type Place = Pick<Context, "model" | "dataDir">;

/** Of two of one name, the one in the data folder counts. Throws `bad_style`. */
export function stylesOf({ model, dataDir }: Place): Style[] {
  const added = styleFolders(dataDir).map((folder) => loadStyle(folder, model));
  const isAdded = (name: string) => added.some(({ slug }) => slug === name);
  return [...modelStyles(model).filter(({ slug }) => !isAdded(slug)), ...added];
}

/** Throws `unknown_style` or `style_not_installed`. */
export function requireStyle(context: Place, name: string): Style {
  const styles = stylesOf(context);
  const style = styles.find(({ slug }) => slugOf(slug) === slugOf(name));
  if (style === undefined) throw unknownStyle(oneLine(name).slice(0, 60), styles);
  if (!style.fits)
    throw new ProcedureError(
      "style_not_installed",
      `styles: ${style.slug} is a LoRA for models of another size than “${context.model.name}”; leave it out, or paint with the model it was made for`,
    );
  return style;
}

export function isStyleFolder(folder: string): boolean {
  return existsSync(path.join(folder, STYLE_FILE));
}

/** Where styles and trained domains lie. */
export function ownAdaptersDir(dataDir: string): string {
  return path.join(dataDir, "adapters");
}

function modelStyles(model: Model): Style[] {
  const { adapters, styles } = model;
  const parts = new Set([...OTHER_ADAPTERS, ...partsAmong(model)]);
  return Object.keys(adapters)
    .filter((name) => !parts.has(name))
    .map((slug) => ({ trigger: "", weight: 1, ...styles[slug], slug, fits: true }));
}

function styleFolders(dataDir: string): string[] {
  const root = ownAdaptersDir(dataDir);
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .filter((name) => !name.startsWith("."))
    .toSorted()
    .map((name) => path.join(root, name))
    .filter(isStyleFolder);
}

function loadStyle(folder: string, { transformer }: Model): Style {
  const { slug, trigger, weight, file, size } = readStyle(folder);
  const fits =
    transformer.hiddenSize === size.hiddenSize &&
    transformer.depth === size.depth &&
    transformer.depthSingle === size.depthSingle;
  return { slug, trigger, weight, file: path.join(folder, file), fits };
}

function readStyle(folder: string): StyleFile {
  const slug = path.basename(folder);
  try {
    const style = styleFile.parse(JSON.parse(readFileSync(path.join(folder, STYLE_FILE), "utf8")));
    if (style.slug === slug) return style;
    throw new Error(`slug: ${style.slug} is not its folder's name`);
  } catch (error) {
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
    const what = issue ? `${issue.path.join(".")}: ${issue.message}` : reasonOf(error);
    throw new ProcedureError(
      "bad_style",
      `${path.join(folder, STYLE_FILE)}: ${what}; take the style out (makeanything adapters remove ${slug}) and add it again`,
    );
  }
}

function unknownStyle(name: string, styles: readonly Style[]): ProcedureError {
  const names = styles.map(({ slug }) => slug);
  const meant = nearest(name, names);
  const there = names.length === 0 ? "there is none yet" : `one of ${names.join(", ")}`;
  const hint = meant === undefined ? there : `did you mean ${meant}? ${there}`;
  return new ProcedureError(
    "unknown_style",
    `styles: unknown style “${name}”; ${hint}; makeanything adapters add FILE --name NAME puts a LoRA here, and styles: [] paints without`,
  );
}
