// From a wish and this machine to the variant that a model is run in. The machine is looked at only
// where that can matter: a small model is painted by the processor in seconds, and needs no proof.
import { EngineError } from "../error.js";
import type { ModelConfig } from "../models/config.js";
import {
  availableProviders,
  type Device,
  processor,
  prove,
  type ProviderState,
} from "../runtime/index.js";
import { chooseVariant, type ProvenProvider, type Refusal, type Wish } from "./choose.js";
import { memoryNeeds } from "./memory.js";
import { variants, type Variant } from "./table.js";

export interface Settlement {
  variant: Variant;
  device: Device;
  because: string;
  others: Refusal[];
}

export interface SettleOptions {
  wish?: Wish;
  /** remembers what self-tests found */
  folder?: string | undefined;
  /** types of the transformer's tensors in their file; asked for where they matter */
  dtypes: () => Promise<ReadonlySet<string>>;
}

/** Weights of a transformer that weigh less in float32 are no work for an accelerator. */
const SMALL_BYTES = 2e9;

/** @throws EngineError `no_device` that says what each variant lacks */
export async function settle(
  { transformer }: ModelConfig,
  { wish = {}, folder, dtypes }: SettleOptions,
): Promise<Settlement> {
  const cpu = variants.find(({ name }) => name === "cpu")!;
  const isFree = (wish.provider ?? "auto") === "auto" && (wish.variant ?? "auto") === "auto";
  if (isFree && memoryNeeds(transformer)(cpu).weights < SMALL_BYTES)
    return { variant: cpu, device: processor, because: "the model is small", others: [] };

  const wanted = variants.find(({ name }) => name === wish.variant)?.provider ?? wish.provider;
  const states = await availableProviders();
  const proofs = await Promise.all(states.map((state) => proofOf(state, wanted, folder)));
  const choice = chooseVariant({
    providers: proofs.map(({ state }) => state),
    config: transformer,
    dtypes: await dtypes(),
    wish,
  });
  const { variant, because, others } = choice;
  if (variant === undefined)
    throw new EngineError(
      "no_device",
      `the model cannot be run here, ${because}: ${others.map(({ name, why }) => `${name}: ${why}`).join("; ")}`,
    );
  const attention = proofs.find(({ state }) => state.provider === variant.provider)!.attention;
  return { variant, device: { provider: variant.provider, attention }, because, others };
}

/**
 * A provider that is asked for is tried where no device can be seen too: software drivers show none. One
 * that nobody asked for is left alone.
 */
async function proofOf(
  state: ProviderState,
  wanted: string | undefined,
  folder: string | undefined,
): Promise<{ state: ProvenProvider; attention: Device["attention"] }> {
  const isAsked = wanted === state.provider;
  const isTried = isAsked ? state.provider !== "cuda" || state.usable : state.usable;
  if (!isTried || ((wanted ?? "auto") !== "auto" && !isAsked))
    return { state: { ...state, computes: [] }, attention: "fused" };
  const { computes, attention, found } = await prove(state, { folder });
  const usable = computes.length > 0;
  return {
    state: { ...state, usable, why: usable ? state.why : found, computes },
    attention,
  };
}
