// All providers of this machine, and what their self-tests say of those that a wish leaves open.
import {
  availableProviders,
  prove,
  type Device,
  type Provider,
  type ProviderState,
} from "../runtime/index.js";
import type { ProvenProvider, Wish } from "./choose.js";
import { variants } from "./table.js";

export interface Proof extends ProvenProvider {
  attention: Device["attention"];
  /** what the self-test found, where one was made, in words */
  found?: string;
}

/** @param folder - remembers what self-tests found */
export async function proveProviders(wish: Wish, folder?: string): Promise<Proof[]> {
  const named = variants.find(({ name }) => name === wish.variant)?.provider;
  const wanted = named ?? (wish.provider === "auto" ? undefined : wish.provider);
  const states = await availableProviders();
  return Promise.all(states.map((state) => proofOf(state, wanted, folder)));
}

/**
 * A provider that is asked for is tried where no device can be seen too: software drivers show none. One
 * that nobody asked for is left alone.
 */
async function proofOf(
  state: ProviderState,
  wanted: Provider | undefined,
  folder: string | undefined,
): Promise<Proof> {
  const isAsked = wanted === state.provider;
  const isTried = isAsked ? state.provider !== "cuda" || state.usable : state.usable;
  if (!isTried || (wanted !== undefined && !isAsked))
    return { ...state, computes: [], attention: "fused" };
  const { computes, attention, found } = await prove(state, { folder });
  const usable = computes.length > 0;
  return { ...state, usable, why: usable ? state.why : found, computes, attention, found };
}
