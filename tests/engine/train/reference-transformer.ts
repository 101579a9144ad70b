// The transformer at reference size with domain 2 of the asymmetric LoRA in place, the sample that the
// original was differentiated on, and the gradients that came out there.
import { fileURLToPath } from "node:url";
import { downName, upName } from "#src/engine/layers/low-rank.js";
import { ropeTable } from "#src/engine/layers/rope.js";
import { readModelConfig } from "#src/engine/models/config.js";
import { fluxTransformer } from "#src/engine/models/flux.js";
import { CaseFile } from "#src/engine/parity/case-file.js";
import type { Feed } from "#src/engine/runtime/session.js";
import { addFlowMatchingLoss } from "#src/engine/train/flow-matching.js";
import { addLossGradients, freeWeights } from "#src/engine/train/gradient-graph.js";
import { openGradients, type GradientResult } from "#src/engine/train/gradient-session.js";
import type { Parameter } from "#src/engine/train/optimizers/index.js";
import { cutIntoSegments, openSegments } from "#src/engine/train/segments.js";
import { openLora, stackLoras } from "#src/engine/weights/lora/index.js";
import { openSafetensors, readFloats } from "#src/engine/weights/safetensors.js";

const path = (name: string) => fileURLToPath(new URL(`../../reference/${name}`, import.meta.url));

const { transformer: config } = await readModelConfig(path(""));
const recorded = new CaseFile(
  await openSafetensors(path("gradients/transformer-domain-2.safetensors")),
);
const { weights: weightShapes, lowRankModules } = fluxTransformer(config);
const [imgTokens, txtTokens] = [recorded.shape("in.img")[1]!, recorded.shape("in.txt")[1]!];
const rank = recorded.shape(`grad.${lowRankModules[0]!.name}.lora_down.weight`)[0]!;

/** What differs from sample to sample; all share the token ids. */
const sampleKeys = ["img", "txt", "timestep", "vec", "guidance", "target"] as const;
export type Sample = Record<(typeof sampleKeys)[number], Float32Array>;

export const recordedSample = Object.fromEntries(
  sampleKeys.map((key) => [key, recorded.floats(`in.${key}`)]),
) as Sample;
export const recordedLoss = recorded.floats("out.loss")[0]!;

const weightsPath = path("flux.safetensors");
const keys = [...weightShapes.keys()];
const values = readFloats(await openSafetensors(weightsPath), keys);
export const baseParameters: Parameter[] = keys.map((name, i) => ({
  name,
  shape: weightShapes.get(name)!,
  value: values[i]!,
}));

const lora = await openLora(path("asymmetric_lora.safetensors"), lowRankModules);
const { pairs: stacked } = stackLoras(lowRankModules, [{ file: lora, b: 2, weight: 1 }]);
export const loraParameters: Parameter[] = lowRankModules.flatMap(
  ({ name, inFeatures, outFeatures }) => {
    const { down, up } = stacked.get(name)!;
    return [
      { name: downName(name), shape: [rank, inFeatures], value: down },
      { name: upName(name), shape: [outFeatures, rank], value: up },
    ];
  },
);

/** Parameter → gradient. The graph's B holds α/r, here 1/r, which the file's leaves to the layer. */
export const recordedGradients = new Map<string, Float32Array>([
  ...keys.map((key) => [key, recorded.floats(`grad.base.${key}`)] as const),
  ...lowRankModules.flatMap(({ name }) => [
    [downName(name), recorded.floats(`grad.${name}.lora_down.weight`)] as const,
    [upName(name), recorded.floats(`grad.${name}.lora_ups.1.weight`).map((x) => x * rank)] as const,
  ]),
]);

/**
 * The mean loss of some samples and its gradients.
 * @param wrt - names of parameters; while no weight of the base is among them, the base stays in its file
 * @param inSegments - block by block, each computed again on the way back
 */
export async function differentiateTransformer(
  samples: Sample[],
  wrt: readonly string[],
  { inSegments = false }: { inSegments?: boolean } = {},
): Promise<GradientResult> {
  const batch = samples.length;
  const graph = fluxTransformer(config, { batch });
  const loss = addFlowMatchingLoss(graph, config.inChannels);
  const trainsBase = wrt.some((name) => weightShapes.has(name));
  if (trainsBase) freeWeights(graph, keys);
  const sizes: Record<string, number> = {
    B·L: batch * imgTokens,
    B·S: batch * txtTokens,
    tokens: txtTokens + imgTokens,
  };
  const options = {
    wrt,
    sizeOf: (name: string) => (name.startsWith("rank of ") ? rank : sizes[name]),
  };
  const parameters = trainsBase ? [...baseParameters, ...loraParameters] : loraParameters;
  const frozen = trainsBase ? {} : { weightsPath };
  if (!inSegments) addLossGradients(graph, loss, options);
  const session = inSegments
    ? openSegments(cutIntoSegments(graph, options), parameters, frozen)
    : await openGradients(graph, parameters, frozen);
  try {
    return await session.run(feedsOf(samples));
  } finally {
    await session.close();
  }
}

function feedsOf(samples: Sample[]): Record<string, Feed> {
  const joined = (key: keyof Sample, dims: number[]): Feed => ({
    data: Float32Array.from(samples.flatMap((sample) => [...sample[key]])),
    dims,
  });
  const batch = samples.length;
  const [imgRows, txtRows] = [batch * imgTokens, batch * txtTokens];
  const ids = ["in.txt_ids", "in.img_ids"].flatMap((key) => [...recorded.floats(key)]);
  const { cos, sin } = ropeTable(Float32Array.from(ids), config.axesDim, config.theta);
  const angles = [txtTokens + imgTokens, config.hiddenSize / config.numHeads / 2];
  return {
    img: joined("img", [imgRows, config.inChannels]),
    txt: joined("txt", [txtRows, config.contextDim]),
    timestep: joined("timestep", [batch]),
    vec: joined("vec", [batch, config.vecDim]),
    guidance: joined("guidance", [batch]),
    target: joined("target", [imgRows, config.inChannels]),
    weight: { data: new Float32Array(imgRows).fill(1 / imgRows), dims: [imgRows, 1] },
    rope_cos: { data: cos, dims: angles },
    rope_sin: { data: sin, dims: angles },
  };
}
