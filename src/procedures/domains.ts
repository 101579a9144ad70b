// The catalogue of domains: what each one is called, and its plans, which are captions with a place for
// the subject. Nothing here depends on weights.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { ProcedureError } from "./error.js";
import { isStyleFolder, ownAdaptersDir } from "./styles.js";
import { reasonOf } from "./words.js";

const captionTemplate = z
  .string()
  .min(1)
  .refine(
    (text) => !/[{}]/.test(text.replaceAll("{subject}", "")),
    "only {subject} may be in braces",
  );

const domainFile = z.strictObject({
  /** also the name of the folder */
  slug: z.string().regex(/^[a-z][a-z_]*$/),
  /** B matrix in the released asymmetric LoRA, counted from 1 */
  index: z.number().int().positive(),
  name: z.string().min(1),
  /** the frame count its data came with, and its default */
  frames: z.union([z.literal(9), z.literal(4)]),
  /** what a procedure in this domain shows, in one sentence */
  summary: z.string().min(1),
  plans: z.strictObject({
    9: z.array(captionTemplate).length(9),
    4: z.array(captionTemplate).length(4),
  }),
  /** of a domain that people trained: its LoRA lies beside this file, and knows this model and phrase */
  lora: z.strictObject({ model: z.string(), phrase: z.string() }).optional(),
});

export const DOMAIN_FILE = "adapter.json";
export const DOMAIN_LORA = "lora.safetensors";

export type DomainFile = z.infer<typeof domainFile>;

export type Domain = DomainFile & {
  /** absolute folder of its files */
  folder: string;
};

/**
 * Reads `<slug>/adapter.json` of every folder that is no style's, sorted by index.
 * @param ownDir - what people trained; it need not be there
 * @throws ProcedureError `bad_catalogue` with file and field
 */
export function loadDomains(adaptersDir: string, ownDir?: string): Domain[] {
  const own = ownDir === undefined ? [] : foldersIfThere(ownDir);
  const domains = [...foldersIn(adaptersDir), ...own]
    .map(loadDomain)
    .toSorted((a, b) => a.index - b.index);
  domains.forEach((domain, i) => {
    const twin = domains.find(
      (other, j) => j < i && (other.index === domain.index || other.slug === domain.slug),
    );
    if (twin !== undefined)
      throw badCatalogue(
        path.join(domain.folder, DOMAIN_FILE),
        `index ${domain.index} and slug ${domain.slug}: one of them already belongs to ${twin.slug} (${twin.folder})`,
      );
  });
  return domains;
}

/** Those that people trained. */
export function ownDomains(dataDir: string): Domain[] {
  return foldersIfThere(ownAdaptersDir(dataDir)).map(loadDomain);
}

function foldersIfThere(dir: string): string[] {
  return existsSync(dir) ? foldersIn(dir) : [];
}

function foldersIn(adaptersDir: string): string[] {
  try {
    return readdirSync(adaptersDir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map((entry) => path.join(adaptersDir, entry.name))
      .filter((folder) => !isStyleFolder(folder));
  } catch (error) {
    throw badCatalogue(adaptersDir, `cannot list the catalogue: ${reasonOf(error)}`);
  }
}

function loadDomain(folder: string): Domain {
  const file = path.join(folder, DOMAIN_FILE);
  const slug = path.basename(folder);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw badCatalogue(file, `cannot be read as JSON: ${reasonOf(error)}`);
  }
  const parsed = domainFile.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badCatalogue(file, [...(issue?.path ?? []).map(String), issue?.message].join(": "));
  }
  if (parsed.data.slug !== slug)
    throw badCatalogue(file, `slug: ${parsed.data.slug} is not its folder's name, ${slug}`);
  return { ...parsed.data, folder };
}

function badCatalogue(file: string, what: string): ProcedureError {
  return new ProcedureError("bad_catalogue", `${file}: ${what}`);
}
