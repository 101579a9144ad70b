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

const graphsOf = ({ t5, clip }: Encoders, batch: number) => [
  t5Encoder(t5, batch),
  clipTextEncoder(clip, batch),
];

/** Keys of T5 and CLIP never meet: one begins with `encoder.` or `shared.`, the other with `text_model.`. */
export function textWeights(encoders: Encoders): Map<string, Shape> {
  return new Map(graphsOf(encoders, 1).flatMap((graph) => [...graph.weights]));
}

/** @param batch - prompts at once, always */
export async function openTextEncoders(
  encoders: Encoders,
  batch: number,
  parameters: readonly Parameter[],
): Promise<TextEncoders> {
  const length = encoders.t5.maxLength!;
  const sizeOf = (name: string) => ({ B·S: batch * length, S: length })[name];
  const [t5, clip] = graphsOf(encoders, batch) as [
    ReturnType<typeof t5Encoder>,
    ReturnType<typeof t5Encoder>,
  ];
  const [t5Back, clipBack] = graphsOf(encoders, batch) as [typeof t5, typeof clip];
  for (const graph of [t5, clip, t5Back, clipBack]) {
    const keys = [...graph.weights.keys()];
    freeWeights(graph, keys);
    if (graph === t5Back || graph === clipBack) addOutputGradients(graph, { wrt: keys, sizeOf });
  }
  const [openT5, openClip, openT5Back, openClipBack] = await Promise.all(
    [t5, clip, t5Back, clipBack].map((graph) => openGradients(graph, parameters)),
  );
  const t5Feeds = (prompts: readonly PromptIds[]): Record<string, Feed> => ({
    input_ids: integers(
      prompts.map(({ t5 }) => t5),
      [batch * length],
    ),
    buckets: { data: t5Buckets(length), dims: [length, length] },
    mask: { data: new Float32Array(length), dims: [length] },
  });
  const clipFeeds = (prompts: readonly PromptIds[]): Record<string, Feed> => ({
    input_ids: integers(
      prompts.map(({ clip }) => clip),
      [batch, encoders.clip.maxLength!],
    ),
  });
  return {
    async encode(prompts) {
      const { outputs: fromT5 } = await openT5!.run(t5Feeds(prompts));
      const { outputs: fromClip } = await openClip!.run(clipFeeds(prompts));
      return { txt: fromT5.last_hidden_state!, vec: fromClip.pooled! };
    },
    async backward(prompts, { txt, vec }) {
      const t5Result = await openT5Back!.run({
        ...t5Feeds(prompts),
        [gradientName("last_hidden_state")]: {
          data: txt,
          dims: [batch * length, encoders.t5.dModel],
        },
      });
      const clipResult = await openClipBack!.run({
        ...clipFeeds(prompts),
        [gradientName("pooled")]: { data: vec, dims: [batch, encoders.clip.hiddenSize] },
      });
      return new Map([...t5Result.gradients, ...clipResult.gradients]);
    },
    close: async () => {
      for (const session of [openT5, openClip, openT5Back, openClipBack]) await session!.close();
    },
  };
}

const integers = (rows: readonly (readonly number[])[], dims: readonly number[]): Feed => ({
  data: BigInt64Array.from(rows.flat(), BigInt),
  dims,
});
