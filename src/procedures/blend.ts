// What a page is painted with: a domain or a weighted mix of them, and styles on top. All of it is one stack
// of LoRAs; words come from one domain alone, the heaviest.
import { type Context, requireDomain } from "./context.js";
import type { Domain } from "./domains.js";
import { ProcedureError } from "./error.js";
import type { FrameCount, ModelDomain } from "./model.js";
import type { Procedure } from "./procedure.js";
import { domainPart, type StackPart, stylePart } from "./stack.js";
import { MAX_STYLE_WEIGHT, requireStyle, type Style } from "./styles.js";

/** A slug, or the weights of several: `{ lego: 0.6, sketch: 0.4 }`. */
export type DomainChoice = string | Readonly<Record<string, number>>;

export interface StyleChoice {
  name: string;
  /** the style's own where none is given */
  weight?: number | undefined;
}

export interface BlendInput {
  domain: DomainChoice;
  styles?: readonly StyleChoice[] | undefined;
}

export const MAX_DOMAIN_WEIGHT = 2;
const MAX_DOMAINS = 4;
export const MAX_STYLES = 4;

export interface Blend {
  /** the heaviest: its plan tells the steps */
  domain: Domain;
  /** its phrase stands in the prompt */
  inModel: ModelDomain;
  /** words of the styles, which stand there too */
  triggers: string[];
  /** Throws `frame_count` where one of the domains is not for such pages. */
  stackOn(frames: FrameCount): StackPart[];
  /** the same as a procedure has it */
  record: Pick<Procedure, "domain" | "mix" | "styles">;
  notes: string[];
}

/** Throws `bad_mix`, `unknown_domain`, `domain_not_installed`, `unknown_style`, `style_not_installed`. */
export function openBlend(
  context: Pick<Context, "domains" | "model" | "dataDir">,
  { domain: choice, styles: wanted = [] }: BlendInput,
): Blend {
  const mix = Object.entries(typeof choice === "string" ? { [choice]: 1 } : choice);
  checkMix(mix);
  const found = mix.map(([slug, weight]) => ({ ...requireDomain(context, slug), weight }));
  const heaviest = found.reduce((most, part) => (part.weight > most.weight ? part : most));
  const styles = findStyles(context, wanted);
  const { slug } = heaviest.domain;
  const isPlain = mix.length === 1 && heaviest.weight === 1;
  const record = {
    domain: slug,
    ...(!isPlain && { mix: Object.fromEntries(mix) }),
    ...(styles.length > 0 && {
      styles: styles.map((style) => ({ name: style.slug, weight: style.weight })),
    }),
  };
  return {
    domain: heaviest.domain,
    inModel: heaviest.inModel,
    triggers: styles.map(({ trigger }) => trigger).filter((trigger) => trigger !== ""),
    stackOn: (frames) => [
      ...found.map(({ inModel, weight }) => domainPart(context.model, inModel, { frames, weight })),
      ...styles.map(stylePart),
    ],
    record,
    notes:
      found.length === 1
        ? []
        : [
            `A mix of ${sayBlend({ ...record, styles: [] })}: the steps are told by the plan of ${slug}, the heaviest.`,
          ],
  };
}

/** As input: the same blend, its weights said. */
export function askedAgain({ record: { domain, mix, styles } }: Blend): BlendInput {
  return { domain: mix ?? domain, ...(styles && { styles }) };
}

/** “lego”, or “lego 0.6 + sketch 0.4 + watercolor 0.8” */
export function sayBlend({ domain, mix, styles = [] }: Blend["record"]): string {
  const domains = mix ? Object.entries(mix).map(([slug, weight]) => `${slug} ${weight}`) : [domain];
  return [...domains, ...styles.map(({ name, weight }) => `${name} ${weight}`)].join(" + ");
}

function checkMix(mix: readonly [slug: string, weight: number][]): void {
  const form = `a mix goes {"lego": 0.6, "sketch": 0.4}, of 1 to ${MAX_DOMAINS} domains`;
  if (mix.length === 0 || mix.length > MAX_DOMAINS)
    throw new ProcedureError("bad_mix", `domain: ${form}, got ${mix.length}`);
  for (const [slug, weight] of mix)
    if (!(weight > 0 && weight <= MAX_DOMAIN_WEIGHT))
      throw new ProcedureError(
        "bad_mix",
        `domain: the weight of ${slug.slice(0, 60)} must be above 0 and at most ${MAX_DOMAIN_WEIGHT}, got ${weight}`,
      );
}

function findStyles(
  context: Pick<Context, "model" | "dataDir">,
  wanted: readonly StyleChoice[],
): Style[] {
  if (wanted.length > MAX_STYLES)
    throw new ProcedureError(
      "bad_mix",
      `styles: at most ${MAX_STYLES} at once, got ${wanted.length}; leave some out`,
    );
  const styles = wanted.map(({ name, weight: own }) => {
    const style = requireStyle(context, name);
    return own === undefined ? style : { ...style, weight: own };
  });
  styles.forEach(({ slug, weight }, i) => {
    if (!(Math.abs(weight) <= MAX_STYLE_WEIGHT))
      throw new ProcedureError(
        "bad_mix",
        `styles: the weight of ${slug} must be from -${MAX_STYLE_WEIGHT} to ${MAX_STYLE_WEIGHT}, got ${weight}`,
      );
    if (styles.findIndex((style) => style.slug === slug) < i)
      throw new ProcedureError("bad_mix", `styles: ${slug} is named twice; name it once`);
  });
  return styles;
}
