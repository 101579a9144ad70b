// Which form of the transformer a stack of LoRAs needs. Matrices are fed at run time, or baked in; where else
// than in the blocks' layers there are any is a matter of the session, and most stacks have none there.
import type { Graph, LoraReach, LowRankModule } from "./graph/index.js";
import { biasName, normName, takeExtras } from "./layers/lora-extras.js";
import { downName, upName } from "./layers/low-rank.js";
import type { FluxConfig } from "./models/config.js";
import { fluxModulation } from "./models/flux-modulation.js";
import { fluxBlocks, fluxTransformer } from "./models/flux.js";
import type { Feed } from "./runtime/session.js";
import type { BakedStack, LoraStack } from "./weights/lora/index.js";

export interface LoraForm {
  takesLora: LoraReach;
  biased: string[];
  replaced: string[];
  baked?: BakedStack | undefined;
}

export const blocksOnly: LoraForm = { takesLora: "blocks", biased: [], replaced: [] };

/** @param modules - all layers that can take a LoRA */
export function formFor(
  modules: readonly LowRankModule[],
  { pairs, biases, norms, baked }: LoraStack,
): LoraForm {
  const outside = modules.some(
    (module) =>
      !isInBlock(module) &&
      ((pairs.get(module.name)?.rank ?? 0) > 0 || baked?.branches.has(module.name)),
  );
  return {
    baked,
    takesLora: outside ? "all" : "blocks",
    biased: [...biases.keys()].toSorted(),
    replaced: [...norms.keys()].toSorted(),
  };
}

/** Whether a session of one form can run what needs another. */
export const serves = (open: LoraForm, needed: LoraForm): boolean =>
  open.baked === needed.baked &&
  (open.takesLora === "all" || needed.takesLora === "blocks") &&
  open.biased.join() === needed.biased.join() &&
  open.replaced.join() === needed.replaced.join();

const parts = { whole: fluxTransformer, blocks: fluxBlocks, modulation: fluxModulation };

/** The transformer, or a part of it. */
export function transformerOf(
  config: FluxConfig,
  { takesLora, baked, biased, replaced }: LoraForm,
  part: keyof typeof parts = "whole",
): Graph {
  const graph = parts[part](config, { takesLora, bakedLora: baked?.branches });
  takeExtras(graph, { biased, replaced: replaced.filter((key) => graph.weights.has(key)) });
  return graph;
}

/** What the stack's inputs get, for all sessions of a form that serves it. */
export function loraFeeds(
  { takesLora, baked }: LoraForm,
  modules: readonly LowRankModule[],
  { pairs, biases, norms }: LoraStack,
): Record<string, Feed> {
  const feeds: Record<string, Feed> = {};
  for (const { name, inFeatures, outFeatures } of modules.filter(
    (module) => baked === undefined && (takesLora === "all" || isInBlock(module)),
  )) {
    const { rank, down, up } = pairs.get(name)!;
    feeds[downName(name)] = { data: down, dims: [rank, inFeatures] };
    feeds[upName(name)] = { data: up, dims: [outFeatures, rank] };
  }
  for (const [module, data] of biases) feeds[biasName(module)] = { data, dims: [data.length] };
  for (const [key, data] of norms) feeds[normName(key)] = { data, dims: [data.length] };
  return feeds;
}

const isInBlock = ({ layer }: LowRankModule): boolean => /^(double|single)_blocks\./.test(layer);
