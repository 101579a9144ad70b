// What a variant asks of the transformer's weights before it runs: its `weights` and `compute` columns.
import type { WeightForm } from "../weights/convert/target.js";
import type { Variant } from "./table.js";

/** What they are converted to once, on the disk; undefined: they are run as they lie, unless nothing can. */
export function formOf({ weights, compute }: Variant): WeightForm | undefined {
  if (weights === "8-bit" || weights === "4-bit") return weights;
  // A device without bfloat16 would get every weight out of a float32 copy in memory, at every start.
  return compute === "f16" ? "f16" : undefined;
}
