// What somebody may mean who has begun to type.
import type { Context } from "./context.js";
import type { Store } from "./store.js";

const MOST_IDS = 50;

/** Those that the model has come first. */
export function suggestDomains(
  { domains, model }: Pick<Context, "domains" | "model">,
  start: string,
): string[] {
  const isInModel = (slug: string) => model.domains.some(({ domain }) => domain === slug);
  const slugs = domains.map(({ slug }) => slug).filter((slug) => slug.startsWith(start));
  return [...slugs.filter(isInModel), ...slugs.filter((slug) => !isInModel(slug))];
}

/** The newest first. */
export async function suggestIds(store: Pick<Store, "list">, start: string): Promise<string[]> {
  const procedures = await store.list({ limit: MOST_IDS, startsWith: start });
  return procedures.map(({ id }) => id);
}

/** None where there is no such procedure. */
export async function suggestSteps(
  store: Pick<Store, "load">,
  id: string,
  start: string,
): Promise<string[]> {
  const procedure = await store.load(id).catch(() => undefined);
  const numbers = (procedure?.steps ?? []).map((_, i) => String(i + 1));
  return numbers.filter((number) => number.startsWith(start));
}
