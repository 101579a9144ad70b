// What a page is painted with, as arguments: a craft or a mix of them, and styles.
import { z } from "zod";
import { nameIn } from "./loose.js";
import { weightedList } from "./weighted.js";
import {
  type Domain,
  type DomainChoice,
  MAX_DOMAIN_WEIGHT,
  MAX_STYLE_WEIGHT,
  MAX_STYLES,
} from "../procedures/index.js";

const MIX = '{"lego": 0.6, "sketch": 0.4}';
const STYLES = '[{"name": "watercolor", "weight": 0.8}]';
const DOMAIN_RANGE = `a domain's weight is a number above 0 and at most ${MAX_DOMAIN_WEIGHT};`;
const STYLE_RANGE = `a style's weight is a number from -${MAX_STYLE_WEIGHT} to ${MAX_STYLE_WEIGHT};`;

export function domainArgument(domains: readonly Domain[]): z.ZodType<DomainChoice> {
  const slugs = domains.map(({ slug }) => slug);
  const weight = z.number(DOMAIN_RANGE).positive(DOMAIN_RANGE).max(MAX_DOMAIN_WEIGHT, DOMAIN_RANGE);
  const error = ({ input }: { input?: unknown }) =>
    `${input === undefined ? "domain is missing" : `unknown domain ${JSON.stringify(input).slice(0, 60)}`}, need one of ${slugs.join(", ")}, or a mix as ${MIX};`;
  const choice = z
    .union([z.enum(slugs), z.partialRecord(z.enum(slugs), weight, { error })], { error })
    .describe(
      `The craft, by its slug; or a mix of crafts with their weights, as ${MIX}. list_domains tells which of them are installed.`,
    );
  return z.preprocess((value) => takeDomain(value, slugs), choice) as z.ZodType<DomainChoice>;
}

export const stylesArgument = z
  .preprocess(
    (value) => weightedList(value) ?? value,
    z
      .array(
        z.strictObject(
          {
            name: z.string(`styles go ${STYLES};`).max(100),
            weight: z
              .number(STYLE_RANGE)
              .min(-MAX_STYLE_WEIGHT, STYLE_RANGE)
              .max(MAX_STYLE_WEIGHT, STYLE_RANGE)
              .optional(),
          },
          `styles go ${STYLES};`,
        ),
        `styles go ${STYLES};`,
      )
      .max(MAX_STYLES, `at most ${MAX_STYLES} styles at once;`)
      .optional(),
  )
  .describe(
    `Styles on top of the craft, as ${STYLES}; a style's own weight where none is given. list_domains tells which there are.`,
  );

/** A list without weights is no mix, and neither is one that names a craft twice. */
function takeDomain(value: unknown, slugs: readonly string[]): unknown {
  const list = weightedList(value)?.map(({ name, weight }) => ({
    name: nameIn(slugs, name),
    weight,
  }));
  if (list === undefined) return value;
  const [first] = list;
  if (list.length === 1 && first!.weight === undefined) return first!.name;
  const mix = Object.fromEntries(list.map(({ name, weight }) => [name, weight]));
  const isMix = Object.keys(mix).length === list.length;
  return isMix && list.every(({ weight }) => weight !== undefined) ? mix : value;
}
