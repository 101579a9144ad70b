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

/** Names of a module's trained matrices. With several domains, B has one for each. */
export const aName = (module: string): string => `${module}.lora_down`;
export const bName = (module: string, domain?: number): string =>
  domain === undefined ? `${module}.lora_up` : `${module}.lora_ups.${domain}`;

/** Both matrices of every module, at their beginnings: A by its fan-in, B at zero. */
export function lowRankParameters(
  modules: readonly LowRankModule[],
  { rank, domains, seed }: { rank: number; domains?: number; seed: number },
): Parameter[] {
  const shapes = new Map<string, Shape>();
  for (const { name, inFeatures, outFeatures } of modules) {
    shapes.set(aName(name), [rank, inFeatures]);
    if (domains === undefined) shapes.set(bName(name), [outFeatures, rank]);
    for (let i = 0; i < (domains ?? 0); i++) shapes.set(bName(name, i), [outFeatures, rank]);
  }
  return initialize(shapes, seed);
}

export interface StackOptions {
  rank: number;
  /** α/r */
  scale: number;
  /** the B that this step trains; undefined where there is one */
  domain?: number | undefined;
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
  const { rank, scale, domain, frozen } = options;
  const feeds: Record<string, Feed> = {};
  for (const { name, inFeatures, outFeatures } of modules) {
    const first = frozenRank(name, options);
    const all = first + rank;
    const down = new Float32Array(all * inFeatures);
    const up = new Float32Array(outFeatures * all);
    const still = frozen?.get(name);
    if (still) down.set(still.down);
    down.set(values.get(aName(name))!, first * inFeatures);
    const trained = values.get(bName(name, domain))!;
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
  const { rank, scale, domain } = options;
  for (const { name, inFeatures, outFeatures } of modules) {
    const first = frozenRank(name, options);
    const all = first + rank;
    const into = (parameter: string, length: number) => {
      const total = sum.get(parameter) ?? new Float32Array(length);
      sum.set(parameter, total);
      return total;
    };
    const dDown = gradients.get(downName(name))!;
    const a = into(aName(name), rank * inFeatures);
    for (let i = 0, at = first * inFeatures; i < a.length; i++, at++)
      a[i] = a[i]! + factor * dDown[at]!;
    const dUp = gradients.get(upName(name))!;
    const b = into(bName(name, domain), outFeatures * rank);
    for (let row = 0; row < outFeatures; row++)
      for (let i = 0; i < rank; i++)
        b[row * rank + i] = b[row * rank + i]! + factor * scale * dUp[row * all + first + i]!;
  }
}

/** The matrices under the released names, with their alpha. */
export function releasedTensors(
  parameters: readonly Parameter[],
  values: ReadonlyMap<string, Float32Array>,
  alpha: number,
): Map<string, TensorToWrite> {
  const tensors = new Map<string, TensorToWrite>();
  for (const { name, shape } of parameters) {
    tensors.set(`${name}.weight`, { shape, data: values.get(name)! });
    if (name.endsWith(".lora_down"))
      tensors.set(name.replace(/\.lora_down$/, ".alpha"), {
        shape: [],
        data: Float32Array.of(alpha),
      });
  }
  return tensors;
}
