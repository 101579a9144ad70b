// From a wish and this machine to the variant that a model is run in. The machine is looked at only
// where that can matter: a small model is painted by the processor in seconds, and needs no proof.
import { EngineError } from "../error.js";
import type { FluxConfig, ModelConfig } from "../models/config.js";
import { type Device, processor } from "../runtime/index.js";
import { chooseVariant, type Refusal, type Wish } from "./choose.js";
import { memoryNeeds } from "./memory.js";
import { proveProviders } from "./proven.js";
import { variants, type Variant } from "./table.js";

export interface Settlement {
  variant: Variant;
  device: Device;
  /** of the device, where that is known */
  memoryBytes?: number;
  /** nothing of the model need leave, and nothing is computed ahead */
  isSmall: boolean;
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
const cpu = variants.find(({ name }) => name === "cpu")!;

/** @throws EngineError `no_device` that says what the variant asked for lacks, or each one */
export async function settle(
  { transformer }: ModelConfig,
  { wish = {}, folder, dtypes }: SettleOptions,
): Promise<Settlement> {
  if (isForProcessor(transformer, wish))
    return {
      variant: cpu,
      device: processor,
      isSmall: true,
      because: "the model is small",
      others: [],
    };

  const providers = await proveProviders(wish, folder);
  const choice = chooseVariant({
    providers,
    config: transformer,
    dtypes: await dtypes(),
    wish,
  });
  const { variant, because, others } = choice;
  if (variant === undefined)
    throw new EngineError(
      "no_device",
      `the model cannot be run here, ${because}: ${reasons(others, wish)}`,
    );
  const { provider } = variant;
  const { attention, memoryBytes } = providers.find((proof) => proof.provider === provider)!;
  return {
    variant,
    device: { provider, attention },
    ...(memoryBytes !== undefined && { memoryBytes }),
    isSmall: false,
    because,
    others,
  };
}

/** Why those that were asked for are not to be had, each reason once. */
function reasons(refusals: readonly Refusal[], wish: Wish): string {
  const asked = refusals.filter(({ name }) =>
    (wish.variant ?? "auto") === "auto"
      ? (wish.provider ?? "auto") === "auto" || name.startsWith(wish.provider!)
      : name === wish.variant,
  );
  const whys = [...new Set(asked.map(({ why }) => why))];
  const namesOf = (reason: string) =>
    asked.filter(({ why }) => why === reason).map(({ name }) => name);
  return whys.map((why) => `${namesOf(why).join(", ")}: ${why}`).join("; ");
}

/** Whether the machine need not be looked at: nothing was asked for, and the processor is fast enough. */
export function isForProcessor(transformer: FluxConfig, wish: Wish): boolean {
  const isFree = (wish.provider ?? "auto") === "auto" && (wish.variant ?? "auto") === "auto";
  return isFree && memoryNeeds(transformer)(cpu).weights < SMALL_BYTES;
}
