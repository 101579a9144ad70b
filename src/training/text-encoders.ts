// The two text encoders in training, on a batch of prompts: states forward, and gradients back.
import {
  addOutputGradients,
  clipTextEncoder,
  freeWeights,
  gradientName,
  openGradients,
  t5Buckets,
  t5Encoder,
  type Feed,
  type Gradients,
  type Graph,
  type ModelConfig,
  type Parameter,
  type Shape,
} from "../engine/train/index.js";
import type { PromptIds } from "./prompts.js";

export interface TextStates {
  /** [B·S, contextDim] */
  txt: Float32Array;
  /** [B, vecDim] */
  vec: Float32Array;
}

export interface TextEncoders {
  encode(prompts: readonly PromptIds[]): Promise<TextStates>;
  /** @param arriving - gradients of the states */
  backward(prompts: readonly PromptIds[], arriving: TextStates): Promise<Gradients>;
  close(): Promise<void>;
}

type Encoders = Pick<ModelConfig, "t5" | "clip">;

/** Keys of T5 and CLIP never meet: one's begin with `encoder.` or `shared.`, the other's with `text_model.`. */
export function textWeights({ t5, clip }: Encoders): Map<string, Shape> {
  return new Map([...t5Encoder(t5).weights, ...clipTextEncoder(clip).weights]);
}

/** @param batch - prompts at once, always */
export async function openTextEncoders(
  { t5, clip }: Encoders,
  batch: number,
  parameters: readonly Parameter[],
): Promise<TextEncoders> {
  const length = t5.maxLength!;
  const fromT5 = await openEncoder(() => t5Encoder(t5, batch), parameters, {
    B·S: batch * length,
    S: length,
  });
  const fromClip = await openEncoder(() => clipTextEncoder(clip, batch), parameters, {});
  const t5Feeds = (prompts: readonly PromptIds[]): Record<string, Feed> => ({
    input_ids: integers(
      prompts.flatMap((prompt) => prompt.t5),
      [batch * length],
    ),
    buckets: { data: t5Buckets(length), dims: [length, length] },
    mask: { data: new Float32Array(length), dims: [length] },
  });
  const clipFeeds = (prompts: readonly PromptIds[]): Record<string, Feed> => ({
    input_ids: integers(
      prompts.flatMap((prompt) => prompt.clip),
      [batch, clip.maxLength!],
    ),
  });
  return {
    async encode(prompts) {
      const { last_hidden_state } = (await fromT5.forward.run(t5Feeds(prompts))).outputs;
      const { pooled } = (await fromClip.forward.run(clipFeeds(prompts))).outputs;
      return { txt: last_hidden_state!, vec: pooled! };
    },
    async backward(prompts, { txt, vec }) {
      const ofT5 = await fromT5.backward.run({
        ...t5Feeds(prompts),
        [gradientName("last_hidden_state")]: { data: txt, dims: [batch * length, t5.dModel] },
      });
      const ofClip = await fromClip.backward.run({
        ...clipFeeds(prompts),
        [gradientName("pooled")]: { data: vec, dims: [batch, clip.hiddenSize] },
      });
      return new Map([...ofT5.gradients, ...ofClip.gradients]);
    },
    close: async () => {
      await fromT5.close();
      await fromClip.close();
    },
  };
}

/** One graph twice: to be run, and with gradients of all its weights. */
async function openEncoder(
  build: () => Graph,
  parameters: readonly Parameter[],
  sizes: Record<string, number>,
) {
  const [forward, backward] = [build(), build()];
  const keys = [...forward.weights.keys()];
  freeWeights(forward, keys);
  freeWeights(backward, keys);
  addOutputGradients(backward, { wrt: keys, sizeOf: (name) => sizes[name] });
  const open = (graph: Graph) => openGradients(graph, parameters);
  const sessions = { forward: await open(forward), backward: await open(backward) };
  return {
    ...sessions,
    close: async () => {
      await sessions.forward.close();
      await sessions.backward.close();
    },
  };
}

const integers = (ids: readonly number[], dims: readonly number[]): Feed => ({
  data: BigInt64Array.from(ids, BigInt),
  dims,
});
