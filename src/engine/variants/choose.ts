// Which variant a model is run in on this machine: the first of the table that fits, or the one asked
// for. Of every other one it is said why not, and what would do.
import type { FluxConfig } from "../models/config.js";
import type { ComputeType, Provider, ProviderState } from "../runtime/index.js";
import { memoryNeeds } from "./memory.js";
import { variants, type Variant, type VariantName } from "./table.js";

/** What the configuration asks for. */
export interface Wish {
  provider?: Provider | "auto" | undefined;
  variant?: VariantName | "auto" | undefined;
}

/** A provider, and what its self-test found. */
export interface ProvenProvider extends ProviderState {
  computes: readonly ComputeType[];
}

export interface Situation {
  providers: readonly ProvenProvider[];
  config: FluxConfig;
  /** types of the transformer's tensors in their file */
  dtypes: ReadonlySet<string>;
  wish?: Wish;
}

export interface Choice {
  /** undefined where nothing fits */
  variant: Variant | undefined;
  because: string;
  others: Refusal[];
}

export interface Refusal {
  name: VariantName;
  why: string;
}

export function chooseVariant({ providers, config, dtypes, wish = {} }: Situation): Choice {
  const isMeant = (variant: Variant): boolean =>
    (wish.provider ?? "auto") === "auto" || wish.provider === variant.provider;
  const isNamed = ({ name }: Variant): boolean => wish.variant === name;
  const anyNamed = (wish.variant ?? "auto") !== "auto";
  const needOf = memoryNeeds(config);
  const rows = variants.map((variant): Row => {
    const need = needOf(variant).total;
    const provider = providers.find((state) => state.provider === variant.provider);
    const has = provider?.memoryBytes;
    const tooLittle = has !== undefined && need > has;
    const hindrance = isMeant(variant)
      ? hindranceOf(variant, provider, dtypes)
      : `the configuration asks for the provider ${wish.provider}`;
    return { variant, need, has, tooLittle, hindrance };
  });
  const fits = (row: Row) => row.hindrance === undefined && !row.tooLittle;
  // Memory is computed, not measured: who names a variant may know better.
  const chosen = anyNamed
    ? rows.find((row) => isNamed(row.variant) && row.hindrance === undefined)
    : rows.find(fits);
  const fitting = rows.find((row) => fits(row));
  const others = rows
    .filter((row) => row !== chosen)
    .map((row) => ({ name: row.variant.name, why: whyNot(row, chosen, fitting) }));
  return { variant: chosen?.variant, because: because(chosen, anyNamed, fitting), others };
}

interface Row {
  variant: (typeof variants)[number];
  need: number;
  has: number | undefined;
  tooLittle: boolean;
  /** what stands in the way beside memory */
  hindrance: string | undefined;
}

function hindranceOf(
  { provider, compute, weights }: Variant,
  state: ProvenProvider | undefined,
  dtypes: ReadonlySet<string>,
): string | undefined {
  const isFp8 = [...dtypes].some((dtype) => dtype.startsWith("F8_E"));
  if (state === undefined) return `${provider} was not looked for`;
  if (!state.usable) return state.why;
  if (state.computes.length === 0) return "another was asked for"; // it was not tried
  if (!state.computes.includes(compute)) return `the device does not compute in ${compute}`;
  if (weights === "fp8" && !isFp8) return "the weights are not fp8";
  return undefined;
}

function whyNot(row: Row, chosen: Row | undefined, fitting: Row | undefined): string {
  if (row.hindrance !== undefined) return row.hindrance;
  if (row.tooLittle) return `${shortage(row)}${instead(fitting)}`;
  return chosen === undefined ? "another was asked for" : `${chosen.variant.name} comes first`;
}

function because(chosen: Row | undefined, anyNamed: boolean, fitting: Row | undefined): string {
  if (chosen === undefined)
    return anyNamed ? `what was asked for cannot be had${instead(fitting)}` : "nothing fits here";
  if (chosen.tooLittle) return `asked for by name, although it ${shortage(chosen)}`;
  const room = chosen.has === undefined ? "an unknown amount" : gigabytes(chosen.has);
  const first = anyNamed ? "asked for by name" : "the first that fits";
  return `${first}: it needs ${gigabytes(chosen.need)} of ${room}`;
}

const shortage = ({ need, has }: Row): string =>
  `needs ${gigabytes(need)}, and the device has ${gigabytes(has!)}`;

const instead = (row: Row | undefined): string =>
  row === undefined ? "" : `; ${row.variant.name} needs ${gigabytes(row.need)}`;

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
