// FLUX.1-dev's real width at reduced depth, for what is measured without its weights: speed does not depend
// on their values.
import { fluxDev as real } from "../src/doctor/flux-dev.js";
import { countOf, type Graph } from "../src/engine/graph/index.js";
import type { FluxConfig } from "../src/engine/models/config.js";
import type { Feed } from "../src/engine/runtime/session.js";

const whole = real.transformer;

export const fluxDev: FluxConfig = { ...whole, depth: 1, depthSingle: 1 };
export const DOUBLE_BLOCKS = whole.depth;
export const SINGLE_BLOCKS = whole.depthSingle;
export const TEXT_TOKENS = 512;
/** Of a page of 1056 px. */
export const PAGE_TOKENS = 66 * 66;

/** Floating-point operations of a block's products forward; a double and a single block have as many. */
export function blockFlop(tokens: number): number {
  const { hiddenSize } = fluxDev;
  return 2 * tokens * 12 * hiddenSize ** 2 + 4 * tokens ** 2 * hiddenSize;
}

/** Noise for every input. @param sizeOf - of a named dimension */
export function noiseFeeds(graph: Graph, sizeOf: (dim: string) => number): Record<string, Feed> {
  return Object.fromEntries(
    graph.inputs.map(({ name, dims: named }) => {
      const dims = named.map((dim) => (typeof dim === "number" ? dim : sizeOf(dim)));
      return [name, { data: noise(countOf(dims)), dims }];
    }),
  );
}

/** Even between −1/20 and 1/20. */
export function noise(count: number): Float32Array {
  let state = 1;
  return new Float32Array(count).map(() => {
    state = Math.imul(state, 48271) % 0x7fffffff;
    return state / 0x7fffffff / 20;
  });
}
