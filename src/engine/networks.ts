// The four networks of a model folder, each opened when it is first needed: plain arrays in and out.
import { join } from "node:path";
import { remember } from "./memory.js";
import { downName, upName } from "./layers/low-rank.js";
import { decoder, encoder } from "./models/autoencoder.js";
import { clipTextEncoder } from "./models/clip.js";
import type { ModelConfig } from "./models/config.js";
import { fluxTransformer } from "./models/flux.js";
import { t5Buckets, t5Encoder } from "./models/t5.js";
import { openSession, type Feed, type Outputs, type Session } from "./runtime/session.js";
import type { LowRankModule, Graph } from "./graph/index.js";
import type { LatentSize } from "./sampling/tokens.js";
import type { LowRankPair } from "./weights/lora.js";

/** Shapes: L image tokens, S text tokens, D head size. */
export interface TransformerInput {
  /** [L, 64] */
  img: Float32Array;
  /** [S, contextDim] */
  txt: Float32Array;
  /** [vecDim] */
  vec: Float32Array;
  /** 0 … 1; 1 is pure noise */
  timestep: number;
  /** ignored by a model without embedded guidance */
  guidance: number;
  /** [S + L, D/2] each */
  rope: { cos: Float32Array; sin: Float32Array };
  /** one pair a module */
  loras: Map<string, LowRankPair>;
}

/** A picture in numbers: three planes, −1 … 1. */
export interface Planes {
  height: number;
  width: number;
  data: Float32Array;
}

interface NetworkSource {
  file: string;
  build: () => Graph;
  /** which tensors are its own, where several networks share a file */
  owns?: (key: string) => boolean;
}

const network = {
  transformer: ({ transformer }) => ({
    file: transformer.file,
    build: () => fluxTransformer(transformer),
  }),
  encoder: ({ autoencoder }) => ({
    file: autoencoder.file,
    build: () => encoder(autoencoder),
    owns: (key) => !key.startsWith("decoder."),
  }),
  decoder: ({ autoencoder }) => ({
    file: autoencoder.file,
    build: () => decoder(autoencoder),
    owns: (key) => !key.startsWith("encoder."),
  }),
  t5: ({ t5 }) => ({ file: t5.file, build: () => t5Encoder(t5) }),
  clip: ({ clip }) => ({ file: clip.file, build: () => clipTextEncoder(clip) }),
} satisfies Record<string, (config: ModelConfig) => NetworkSource>;

export type NetworkName = keyof typeof network;

export class Networks {
  readonly config: ModelConfig;
  /** the transformer's layers that take a LoRA */
  readonly modules: LowRankModule[];
  readonly #folder: string;
  readonly #threads: number | undefined;
  readonly #sessions = new Map<NetworkName, Promise<Session>>();

  constructor(folder: string, config: ModelConfig, threads?: number) {
    this.#folder = folder;
    this.config = config;
    this.#threads = threads;
    this.modules = fluxTransformer(config.transformer).lowRankModules;
  }

  /** Velocity of every image token, [L, 64]. */
  async predict(input: TransformerInput): Promise<Float32Array> {
    const { transformer } = this.config;
    const session = await this.#session("transformer");
    const half = transformer.hiddenSize / transformer.numHeads / 2;
    const feeds: Record<string, Feed> = {
      img: matrix(input.img, transformer.inChannels),
      txt: matrix(input.txt, transformer.contextDim),
      vec: matrix(input.vec, transformer.vecDim),
      timestep: vector([input.timestep]),
      rope_cos: matrix(input.rope.cos, half),
      rope_sin: matrix(input.rope.sin, half),
    };
    if (transformer.guidanceEmbed) feeds.guidance = vector([input.guidance]);
    for (const { name, inFeatures, outFeatures } of this.modules) {
      const { rank, down, up } = input.loras.get(name)!;
      feeds[downName(name)] = { data: down, dims: [rank, inFeatures] };
      feeds[upName(name)] = { data: up, dims: [outFeatures, rank] };
    }
    return only(await session.run(feeds));
  }

  isOpen(name: NetworkName): boolean {
    return this.#sessions.has(name);
  }

  /** Opens a session ahead, so that the first use need not. */
  async open(name: NetworkName): Promise<void> {
    await this.#session(name);
  }

  /** Latents (the mean, shifted and scaled) of a picture whose sides are multiples of 8. */
  async encode({ data, height, width }: Planes): Promise<Float32Array> {
    const session = await this.#session("encoder");
    return only(await session.run({ image: { data, dims: [1, 3, height, width] } }));
  }

  /** The picture of latents, about −1 … 1. */
  async decode(latents: Float32Array, { channels, height, width }: LatentSize): Promise<Planes> {
    const session = await this.#session("decoder");
    const outputs = await session.run({
      latents: { data: latents, dims: [1, channels, height, width] },
    });
    return { data: only(outputs), height: 8 * height, width: 8 * width };
  }

  /**
   * T5's states, [S, contextDim].
   * @param attended - per token, whether others may see it
   */
  async encodeText(ids: number[], attended: boolean[]): Promise<Float32Array> {
    const session = await this.#session("t5");
    const outputs = await session.run({
      input_ids: integers(ids),
      buckets: { data: t5Buckets(ids.length), dims: [ids.length, ids.length] },
      mask: vector(attended.map((seen) => (seen ? 0 : -1e9))),
    });
    return only(outputs);
  }

  /** CLIP's state at the end of the text, [vecDim]. */
  async poolText(ids: number[]): Promise<Float32Array> {
    const session = await this.#session("clip");
    return only(await session.run({ input_ids: { ...integers(ids), dims: [1, ids.length] } }));
  }

  async close(): Promise<void> {
    const sessions = await Promise.allSettled(this.#sessions.values());
    this.#sessions.clear();
    for (const session of sessions) if (session.status === "fulfilled") await session.value.close();
  }

  #session(name: NetworkName): Promise<Session> {
    return remember(this.#sessions, name, () => {
      const { file, build, owns }: NetworkSource = network[name](this.config);
      return openSession(build(), join(this.#folder, file), {
        ...(owns === undefined ? {} : { owns }),
        ...(this.#threads === undefined ? {} : { threads: this.#threads }),
      });
    });
  }
}

/** Each of these networks has one output. */
const only = (outputs: Outputs): Float32Array => Object.values(outputs)[0]!;

const vector = (numbers: number[]): Feed => ({
  data: Float32Array.from(numbers),
  dims: [numbers.length],
});

const integers = (numbers: number[]): Feed => ({
  data: BigInt64Array.from(numbers, BigInt),
  dims: [numbers.length],
});

const matrix = (data: Float32Array, columns: number): Feed => ({
  data,
  dims: [data.length / columns, columns],
});
