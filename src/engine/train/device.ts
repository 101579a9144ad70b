// Where a training computes: on the processor, or on a device that is asked for and computes rightly. Ops
// that a device lacks are the processor's there, too.
import { EngineError } from "../error.js";
import { processor, type Device, type Provider } from "../runtime/index.js";
import { proveProviders } from "../variants/index.js";

/**
 * @param provider - `auto` is the processor
 * @param folder - remembers what self-tests found
 * @throws EngineError `no_device` that says what is missing
 */
export async function trainingDevice(
  provider: Provider | "auto" = "auto",
  folder?: string,
): Promise<Device> {
  if (provider === "auto" || provider === "cpu") return processor;
  const proofs = await proveProviders({ provider }, folder);
  const { usable, why, attention } = proofs.find((proof) => proof.provider === provider)!;
  if (usable) return { provider, attention };
  throw new EngineError("no_device", `${provider} cannot train here: ${why}`);
}
