// Training of an adapter on a base that rests: the asymmetric LoRA (one A, and a B for each domain, of
// which a step trains the one of its pages), a LoRA a domain, or a plain LoRA, alone or stacked on the
// domain's.
import path from "node:path";
import {
  fluxTransformer,
  openLora,
  readModelConfig,
  stackLoras,
  type Device,
  type LowRankPair,
  type TensorToWrite,
} from "../engine/train/index.js";
import { randomFrom } from "../world/index.js";
import { flowBatch, type Times } from "./flow.js";
import { openFrozenText } from "./frozen-text.js";
import {
  addTrainedGradients,
  lowRankParameters,
  releasedTensors,
  stackFeeds,
  type Sharing,
  type StackOptions,
} from "./low-rank.js";
import type { Objective, Preview, StepResult, Values } from "./objective.js";
import type { PageSource } from "./pages.js";
import { openTransformer, type TransformerSession } from "./transformer.js";

export interface AdapterTraining {
  modelDir: string;
  pages: PageSource;
  rank: number;
  alpha: number;
  seed: number;
  /** decides its chance */
  name: string;
  /** between domains; what is not shared is there for each of them */
  shares: Sharing;
  /** A of every module by its name, which rests: only B is trained */
  frozenA?: ReadonlyMap<string, Float32Array>;
  /** the asymmetric LoRA of this name rests below, with the B of each step's domain */
  below?: string;
  /** keeps text states between runs */
  textCacheDir?: string;
  times: Times;
  captionDropout: number;
  recompute: boolean;
  device?: Device | undefined;
  /** takes the matrices under the released names to where they belong, of each domain where none is shared */
  save: (tensors: Map<string, TensorToWrite>, domain?: number) => Promise<void>;
  /** what the saved adapter can do */
  preview: () => Promise<Preview>;
}

export async function adapterObjective(training: AdapterTraining): Promise<Objective> {
  const { modelDir, pages, rank, alpha, seed, shares } = training;
  const model = await readModelConfig(modelDir);
  const { transformer: config } = model;
  const { lowRankModules: modules } = fluxTransformer(config);
  const matrices = lowRankParameters(modules, {
    rank,
    seed,
    domains: pages.domains,
    shares,
  });
  for (const { name, value } of matrices) value.set(training.frozenA?.get(name) ?? value);
  const parameters = matrices.filter(({ name }) => !training.frozenA?.has(name));
  const values = new Map(matrices.map(({ name, value }) => [name, value]));
  const text = await openFrozenText(modelDir, model, training.textCacheDir);
  if (pages.prompts !== undefined) {
    const none = training.captionDropout > 0 ? [""] : [];
    for (const prompt of [...pages.prompts, ...none]) await text.encode([prompt]);
    await text.rest();
  }
  const frozenOf = await domainLoras(training, model.adapters, modules);
  const frozenRank = [...(frozenOf(0)?.values() ?? [])][0]?.rank ?? 0;
  const domains = [...new Set(pages.kinds.flatMap(({ name }) => pages.domainsOf(name)))];
  const sessions = new Map<string, TransformerSession>();
  for (const { name, size, batch } of pages.kinds)
    sessions.set(
      name,
      await openTransformer({
        config,
        size,
        batch,
        textLength: model.t5.maxLength!,
        parameters: [],
        wrt: modules.flatMap((module) => [`${module.name}.lora_down`, `${module.name}.lora_up`]),
        weightsPath: path.resolve(modelDir, config.file),
        rank: frozenRank + rank,
        recompute: training.recompute,
        device: training.device,
      }),
    );

  const step = async (number: number): Promise<StepResult> => {
    const random = randomFrom(`${seed} ${training.name} ${number}`);
    const domain = random.pick(domains);
    const kinds = pages.kinds.filter(({ name }) => pages.domainsOf(name).includes(domain));
    const options: StackOptions = {
      rank,
      scale: alpha / rank,
      ...(!shares.a && { a: domain }),
      ...(!shares.b && { b: domain }),
      frozen: frozenOf(domain),
    };
    const loras = stackFeeds(modules, values, options);
    const gradients = new Map<string, Float32Array>();
    let [loss, samples] = [0, 0];
    for (const { name, batch } of kinds) {
      const drawn = Array.from({ length: batch }, () => pages.draw(random, name, domain));
      const prompts = drawn.map(({ prompt }) =>
        random.chance(training.captionDropout) ? "" : prompt,
      );
      const states = await text.encode(prompts);
      const flow = flowBatch(drawn, config.inChannels, random, training.times);
      const result = await sessions.get(name)!.run(flow, states, loras);
      loss += result.loss / kinds.length;
      samples += batch;
      addTrainedGradients(gradients, modules, result.gradients, 1 / kinds.length, options);
    }
    for (const name of training.frozenA?.keys() ?? []) gradients.delete(name);
    return { loss, gradients, samples };
  };

  const save = async (averaged: Values) => {
    const all = new Map([...values, ...averaged]);
    if (shares.a) return training.save(releasedTensors(matrices, all, alpha));
    for (const domain of domains)
      await training.save(releasedTensors(matrices, all, alpha, domain), domain);
  };
  return {
    parameters,
    step,
    preview: async (averaged) => {
      await save(averaged);
      return training.preview();
    },
    export: save,
    close: async () => {
      pages.close();
      await text.rest();
      for (const session of sessions.values()) await session.close();
    },
  };
}

/** The LoRA that rests below a plain one: by domain, read once. */
async function domainLoras(
  { modelDir, below }: AdapterTraining,
  adapters: Record<string, string>,
  modules: Parameters<typeof stackLoras>[0],
): Promise<(domain: number) => Map<string, LowRankPair> | undefined> {
  if (below === undefined) return () => undefined;
  const file = await openLora(path.resolve(modelDir, adapters[below] ?? ""), modules);
  const known = new Map<number, Map<string, LowRankPair>>();
  return (domain) => {
    const pairs =
      known.get(domain) ?? stackLoras(modules, [{ file, b: domain + 1, weight: 1 }]).pairs;
    known.set(domain, pairs);
    return pairs;
  };
}
