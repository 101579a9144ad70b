// The graphics card on which a model is measured, and the variant in which it is run there.
import { EngineError } from "../src/engine/error.js";
import type { ModelConfig } from "../src/engine/models/config.js";
import { listGpus } from "../src/engine/runtime/index.js";
import { settle, type Settlement, type VariantName } from "../src/engine/variants/index.js";

export interface CardOptions {
  /** undefined: the first that a card can run; one that is named may be the processor's */
  variant: VariantName | undefined;
  cacheFolder: string;
}

/** undefined, and a line that says why, where nobody named a variant and no card can run one. */
export async function settleOnCard(
  config: ModelConfig,
  { variant, cacheFolder }: CardOptions,
): Promise<Settlement | undefined> {
  const dtypes = async () => new Set(["BF16"]);
  try {
    const settlement = await settle(config, { wish: { variant }, folder: cacheFolder, dtypes });
    if (variant !== undefined || settlement.device.provider !== "cpu") return settlement;
    const onCards = settlement.others.filter(({ name }) => !name.startsWith("cpu"));
    skip([...new Set(onCards.map(({ why }) => why))].join("; "));
  } catch (error) {
    if (variant !== undefined || !(error instanceof EngineError)) throw error;
    skip(error.message);
  }
  return undefined;
}

/** Its name, and the numbers it computes in. */
export async function cardOf({ variant }: Settlement): Promise<string> {
  const gpu = variant.provider === "cpu" ? undefined : (await listGpus())[0]?.name;
  return `${gpu ?? variant.provider}, ${variant.compute}`;
}

const skip = (why: string): void =>
  console.log(`skipped: FLUX.1-dev whole, for want of a graphics card: ${why}\n`);
