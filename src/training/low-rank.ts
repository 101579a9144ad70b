// LoRA matrices in training. The graph has one pair a module; what it is fed is a frozen pair and the
// trained one stacked along the rank, and of the pair's gradient the trained part is taken out again.
import {
  downName,
  initialize,
  upName,
  type Feed,
  type Gradients,
  type LowRankModule,
  type LowRankPair,
  type Parameter,
  type Shape,
  type TensorToWrite,
} from "../engine/train/index.js";

/** Names of a module's trained matrices. Where domains do not share them, there is one for each. */
export const aName = (module: string, domain?: number): string =>
  domain === undefined ? `${module}.lora_down` : `${module}.lora_downs.${domain}`;
export const bName = (module: string, domain?: number): string =>
  domain === undefined ? `${module}.lora_up` : `${module}.lora_ups.${domain}`;

/** Of every module an A and a B; what is not shared has one for each domain. */
export interface Sharing {
  a: boolean;
  b: boolean;
}

/** All matrices of every module, at their beginnings: A by its fan-in, B at zero. */
export function lowRankParameters(
  modules: readonly LowRankModule[],
  {
    rank,
    seed,
    domains = 0,
    shares = { a: true, b: domains === 0 },
  }: { rank: number; seed: number; domains?: number; shares?: Sharing },
): Parameter[] {
  const each = Array.from({ length: domains }, (_, domain) => domain);
  const shapes = new Map<string, Shape>();
  for (const { name, inFeatures, outFeatures } of modules) {
    for (const domain of shares.a ? [undefined] : each)
      shapes.set(aName(name, domain), [rank, inFeatures]);
    for (const domain of shares.b ? [undefined] : each)
      shapes.set(bName(name, domain), [outFeatures, rank]);
  }
  return initialize(shapes, seed);
}

export interface StackOptions {
  rank: number;
  /** α/r */
  scale: number;
  /** the A and the B that this step trains; undefined where there is one */
  a?: number | undefined;
  b?: number | undefined;
  /** what rests beside it */
  frozen?: ReadonlyMap<string, LowRankPair> | undefined;
}

const frozenRank = (name: string, { frozen }: StackOptions): number => frozen?.get(name)?.rank ?? 0;

/** What the graph's LoRA inputs get. */
export function stackFeeds(
  modules: readonly LowRankModule[],
  values: ReadonlyMap<string, Float32Array>,
  options: StackOptions,
): Record<string, Feed> {
  const { rank, scale, a, b, frozen } = options;
  const feeds: Record<string, Feed> = {};
  for (const { name, inFeatures, outFeatures } of modules) {
    const first = frozenRank(name, options);
    const all = first + rank;
    const down = new Float32Array(all * inFeatures);
    const up = new Float32Array(outFeatures * all);
    const still = frozen?.get(name);
    if (still) down.set(still.down);
    down.set(values.get(aName(name, a))!, first * inFeatures);
    const trained = values.get(bName(name, b))!;
    for (let row = 0; row < outFeatures; row++) {
      if (still) up.set(still.up.subarray(row * first, (row + 1) * first), row * all);
      for (let i = 0; i < rank; i++) up[row * all + first + i] = scale * trained[row * rank + i]!;
    }
    feeds[downName(name)] = { data: down, dims: [all, inFeatures] };
    feeds[upName(name)] = { data: up, dims: [outFeatures, all] };
  }
  return feeds;
}

/** Adds the trained parts of the graph's gradients to a sum, by parameter name. */
export function addTrainedGradients(
  sum: Map<string, Float32Array>,
  modules: readonly LowRankModule[],
  gradients: Gradients,
  factor: number,
  options: StackOptions,
): void {
  const { rank, scale } = options;
  for (const { name, inFeatures, outFeatures } of modules) {
    const first = frozenRank(name, options);
    const all = first + rank;
    const into = (parameter: string, length: number) => {
      const total = sum.get(parameter) ?? new Float32Array(length);
      sum.set(parameter, total);
      return total;
    };
    const dDown = gradients.get(downName(name))!;
    const a = into(aName(name, options.a), rank * inFeatures);
    for (let i = 0, at = first * inFeatures; i < a.length; i++, at++)
      a[i] = a[i]! + factor * dDown[at]!;
    const dUp = gradients.get(upName(name))!;
    const b = into(bName(name, options.b), outFeatures * rank);
    for (let row = 0; row < outFeatures; row++)
      for (let i = 0; i < rank; i++)
        b[row * rank + i] = b[row * rank + i]! + factor * scale * dUp[row * all + first + i]!;
  }
}

/**
 * The matrices under the released names, with their alpha.
 * @param domain - its own alone, where domains share nothing, as if there were no others
 */
export function releasedTensors(
  parameters: readonly Parameter[],
  values: ReadonlyMap<string, Float32Array>,
  alpha: number,
  domain?: number,
): Map<string, TensorToWrite> {
  const tensors = new Map<string, TensorToWrite>();
  for (const { name, shape } of parameters) {
    if (domain !== undefined && !name.endsWith(`s.${domain}`)) continue;
    const key = domain === undefined ? name : name.slice(0, -`s.${domain}`.length);
    tensors.set(`${key}.weight`, { shape, data: values.get(name)! });
    if (key.endsWith(".lora_down"))
      tensors.set(key.replace(/\.lora_down$/, ".alpha"), {
        shape: [],
        data: Float32Array.of(alpha),
      });
  }
  return tensors;
}
