// The four networks of a model folder, each opened when it is first needed: plain arrays in and out.
import { remember } from "./memory.js";
import { modelWeights, type ModelWeightsOptions } from "./model-weights.js";
import {
  blocksOnly,
  formFor,
  loraFeeds,
  serves,
  transformerOf,
  type LoraForm,
} from "./lora-form.js";
import { decoder, encoder } from "./models/autoencoder.js";
import { clipTextEncoder } from "./models/clip.js";
import type { ModelConfig } from "./models/config.js";
import { fluxTransformer } from "./models/flux.js";
import { t5Buckets, t5Encoder } from "./models/t5.js";
import {
  openSession,
  type Feed,
  type Outputs,
  type Session,
  type SessionOptions,
} from "./runtime/session.js";
import type { LowRankModule, Graph } from "./graph/index.js";
import type { ConversionWatch } from "./weights/convert/resumable.js";
import type { CheckpointKind } from "./weights/layouts/checkpoint.js";
import type { LatentSize } from "./sampling/tokens.js";
import {
  bakeStack,
  openLora,
  stackLoras,
  type LoraFile,
  type LoraPart,
  type LoraStack,
} from "./weights/lora/index.js";

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
  loras: LoraStack;
}

/** A picture in numbers: three planes, −1 … 1. */
export interface Planes {
  height: number;
  width: number;
  data: Float32Array;
}

interface NetworkSource {
  kind: CheckpointKind;
  build: () => Graph;
  /** which tensors are its own, where several networks share a checkpoint */
  owns?: (name: string) => boolean;
}

const network = {
  transformer: ({ transformer }, form) => ({
    kind: "transformer",
    build: () => transformerOf(transformer, form),
  }),
  encoder: ({ autoencoder }) => ({
    kind: "autoencoder",
    build: () => encoder(autoencoder),
    owns: (key) => !key.startsWith("decoder."),
  }),
  decoder: ({ autoencoder }) => ({
    kind: "autoencoder",
    build: () => decoder(autoencoder),
    owns: (key) => !key.startsWith("encoder."),
  }),
  t5: ({ t5 }) => ({ kind: "t5", build: () => t5Encoder(t5) }),
  clip: ({ clip }) => ({ kind: "clip", build: () => clipTextEncoder(clip) }),
} satisfies Record<string, (config: ModelConfig, form: LoraForm) => NetworkSource>;

export type NetworkName = keyof typeof network;

/** What holds for every session. */
export interface NetworksOptions
  extends
    Pick<SessionOptions, "threads" | "device" | "onWarning">,
    Pick<ModelWeightsOptions, "form" | "cacheFolder"> {
  /** how LoRAs come in: fed at every run, or baked into the session out of their files */
  loras?: "inputs" | "baked";
}

export class Networks {
  readonly config: ModelConfig;
  /** the transformer's layers that can take a LoRA */
  readonly modules: LowRankModule[];
  readonly #norms: ReadonlyMap<string, number[]>;
  readonly #folder: string;
  readonly #options: NetworksOptions;
  readonly #sessions = new Map<NetworkName, Promise<Session>>();
  readonly #weights = new Map<CheckpointKind, Promise<string>>();
  #form = blocksOnly;

  constructor(folder: string, config: ModelConfig, options: NetworksOptions = {}) {
    this.#folder = folder;
    this.config = config;
    this.#options = options;
    const { lowRankModules, weights } = fluxTransformer(config.transformer, { takesLora: "all" });
    this.modules = lowRankModules;
    this.#norms = new Map([...weights].filter(([key]) => key.endsWith("_norm.scale")));
  }

  /** Velocity of every image token, [L, 64]. */
  async predict(input: TransformerInput): Promise<Float32Array> {
    const { transformer } = this.config;
    await this.prepare(input.loras);
    const session = await this.#session("transformer");
    const half = transformer.hiddenSize / transformer.numHeads / 2;
    const feeds: Record<string, Feed> = {
      img: matrix(input.img, transformer.inChannels),
      txt: matrix(input.txt, transformer.contextDim),
      vec: matrix(input.vec, transformer.vecDim),
      timestep: vector([input.timestep]),
      rope_cos: matrix(input.rope.cos, half),
      rope_sin: matrix(input.rope.sin, half),
      ...loraFeeds(this.#form, this.modules, input.loras),
    };
    if (transformer.guidanceEmbed) feeds.guidance = vector([input.guidance]);
    return only(await session.run(feeds));
  }

  async openLora(path: string): Promise<LoraFile> {
    const file = await openLora(path, this.modules, this.#norms);
    for (const warning of file.warnings) this.#options.onWarning?.(warning);
    return file;
  }

  /** @throws EngineError `bad_weights`, where a part has not what is asked for, or numbers that are not finite */
  stack(parts: readonly LoraPart[]): LoraStack {
    return this.#options.loras === "baked" ? bakeStack(parts) : stackLoras(this.modules, parts);
  }

  /** Closes the transformer where it cannot take a stack; opened again, it can. */
  async prepare(loras: LoraStack): Promise<void> {
    const needed = formFor(this.modules, loras);
    if (serves(this.#form, needed)) return;
    this.#form = needed;
    const session = await this.#sessions.get("transformer")?.catch(() => undefined);
    this.#sessions.delete("transformer");
    await session?.close();
  }

  isOpen(name: NetworkName): boolean {
    return this.#sessions.has(name);
  }

  /** Opens a session ahead, so that the first use need not; converts the weights where they need it. */
  async open(name: NetworkName, watch: ConversionWatch = {}): Promise<void> {
    await this.#weightsOf(network[name](this.config, this.#form).kind, watch);
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

  /** The file that sessions of a checkpoint run on. */
  #weightsOf(kind: CheckpointKind, watch: ConversionWatch = {}): Promise<string> {
    const options = { ...this.#options, ...watch };
    return remember(this.#weights, kind, () =>
      modelWeights(this.#folder, this.config, kind, options),
    );
  }

  #session(name: NetworkName): Promise<Session> {
    return remember(this.#sessions, name, async () => {
      const form = this.#form; // it may be another before the weights are there
      const { kind, build, owns }: NetworkSource = network[name](this.config, form);
      const path = await this.#weightsOf(kind);
      const baked = name === "transformer" ? form.baked : undefined;
      return openSession(build(), path, { ...this.#options, kind, owns, baked });
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
