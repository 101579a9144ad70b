// The catalogue of domains: what each one is called, and its plans, which are captions with a place for
// the subject. Nothing here depends on weights.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { ProcedureError } from "./error.js";
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
});

export type Domain = z.infer<typeof domainFile>;

/** Reads `<slug>/adapter.json` of every folder, sorted by index. Throws `bad_catalogue` with file and field. */
export function loadDomains(adaptersDir: string): Domain[] {
  const domains = listFolders(adaptersDir)
    .map((slug) => loadDomain(path.join(adaptersDir, slug, "adapter.json"), slug))
    .toSorted((a, b) => a.index - b.index);
  domains.forEach(({ slug, index }, i) => {
    const previous = domains[i - 1];
    if (previous?.index === index)
      throw badCatalogue(
        path.join(adaptersDir, slug, "adapter.json"),
        `index: ${index} already belongs to ${previous.slug}`,
      );
  });
  return domains;
}

function listFolders(adaptersDir: string): string[] {
  try {
    return readdirSync(adaptersDir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch (error) {
    throw badCatalogue(adaptersDir, `cannot list the catalogue: ${reasonOf(error)}`);
  }
}

function loadDomain(file: string, slug: string): Domain {
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
  return parsed.data;
}

function badCatalogue(file: string, what: string): ProcedureError {
  return new ProcedureError("bad_catalogue", `${file}: ${what}`);
}
