// The networks of a model folder: plain arrays in and out.
import type { LowRankModule } from "./graph/index.js";
import { formFor, loraFeeds, serves } from "./lora-form.js";
import type { ModelConfig } from "./models/config.js";
import { CHANGE, IMG, REST, TXT, VELOCITY } from "./models/flux-pieces.js";
import { fluxTransformer } from "./models/flux.js";
import { t5Buckets } from "./models/t5.js";
import type { NetworkName } from "./network-name.js";
import type { Feed, Outputs } from "./runtime/index.js";
import type { FirstBlockCache } from "./first-block-cache.js";
import type { LatentSize } from "./sampling/tokens.js";
import { Sessions, type SessionsOptions } from "./sessions.js";
import { StepModulation, type StepConditions } from "./step-modulation.js";
import { AUTOENCODER_TILE, throughTiles, type PlaneStack, type UnitPx } from "./tiles.js";
import type { ConversionWatch } from "./weights/convert/resumable.js";
import {
  bakeStack,
  openLora,
  stackLoras,
  type LoraFile,
  type LoraPart,
  type LoraStack,
} from "./weights/lora/index.js";

export type { NetworkName };

/** Shapes: L image tokens, S text tokens, D head size. */
export interface TransformerInput extends StepConditions {
  /** [L, 64] */
  img: Float32Array;
  /** [S, contextDim] */
  txt: Float32Array;
  /** 0 … 1; 1 is pure noise */
  timestep: number;
  /** [S + L, D/2] each */
  rope: { cos: Float32Array; sin: Float32Array };
  /** of the job, where steps may reuse what an earlier one computed */
  cache?: FirstBlockCache | undefined;
}

/** A picture in numbers: three planes, −1 … 1. */
export interface Planes {
  height: number;
  width: number;
  data: Float32Array;
}

/** What holds for every session. */
export interface NetworksOptions extends SessionsOptions {
  /** how LoRAs come in: fed at every run, or baked into the session out of their files */
  loras?: "inputs" | "baked";
  /** what the way they are opened in is called */
  variant?: string;
}

export class Networks {
  readonly config: ModelConfig;
  /** the transformer's layers that can take a LoRA */
  readonly modules: LowRankModule[];
  readonly #norms: ReadonlyMap<string, number[]>;
  readonly #options: NetworksOptions;
  readonly #sessions: Sessions;
  readonly #steps = new StepModulation();

  constructor(folder: string, config: ModelConfig, options: NetworksOptions = {}) {
    this.config = config;
    this.#options = options;
    this.#sessions = new Sessions(folder, config, options);
    const { lowRankModules, weights } = fluxTransformer(config.transformer, { takesLora: "all" });
    this.modules = lowRankModules;
    this.#norms = new Map([...weights].filter(([key]) => key.endsWith("_norm.scale")));
  }

  /** the row of the table of variants that this is */
  get variant(): string {
    return this.#options.variant ?? "cpu";
  }

  /** Velocity of every image token, [L, 64]. */
  async predict(input: TransformerInput): Promise<Float32Array> {
    const { transformer } = this.config;
    await this.modulate(input, [input.timestep]);
    await this.prepare(input.loras);
    const half = transformer.hiddenSize / transformer.numHeads / 2;
    const feeds = {
      img: matrix(input.img, transformer.inChannels),
      txt: matrix(input.txt, transformer.contextDim),
      rope_cos: matrix(input.rope.cos, half),
      rope_sin: matrix(input.rope.sin, half),
      ...(this.modulatesAhead
        ? this.#steps.at(input, input.timestep)
        : this.#conditionFeeds(input, [input.timestep])),
      ...loraFeeds(this.#sessions.form, this.modules, input.loras),
    };
    return input.cache === undefined
      ? only(await this.#run("transformer", feeds))
      : this.#predictInPieces(feeds, input.cache);
  }

  async #predictInPieces(
    feeds: Record<string, Feed>,
    cache: FirstBlockCache,
  ): Promise<Float32Array> {
    const first = await this.#run("first", feeds);
    const [img, txt, change] = [first[IMG]!, first[TXT]!, first[CHANGE]!];
    const rest = cache.restFor(change);
    if (rest !== undefined) {
      const parts = { [IMG]: this.#tokens(img), [REST]: this.#tokens(rest) };
      return only(await this.#run("last", { ...feeds, ...parts }));
    }
    const streams = { [IMG]: this.#tokens(img), [TXT]: this.#tokens(txt) };
    const behind = await this.#run("rest", { ...feeds, ...streams });
    cache.keep(change, behind[REST]!);
    return behind[VELOCITY]!;
  }

  /** [tokens, C] of one page */
  #tokens(data: Float32Array): Feed {
    const { hiddenSize } = this.config.transformer;
    return { data, dims: [1, data.length / hiddenSize, hiddenSize] };
  }

  get modulatesAhead(): boolean {
    return this.#options.modulation === "ahead";
  }

  /** Whether the steps of these times need no modulation layers of their own session. */
  isModulated(conditions: StepConditions, times: readonly number[]): boolean {
    return !this.modulatesAhead || this.#steps.missing(conditions, times).length === 0;
  }

  /** Computes for some steps what the modulation layers give, where they run ahead and it is not known yet. */
  async modulate(conditions: StepConditions, times: readonly number[]): Promise<void> {
    const missing = this.modulatesAhead ? this.#steps.missing(conditions, times) : [];
    if (missing.length === 0) return;
    await this.prepare(conditions.loras);
    const outputs = await this.#run("modulation", {
      ...this.#conditionFeeds(conditions, missing),
      ...loraFeeds(this.#sessions.form, this.modules, conditions.loras),
    });
    this.#steps.keep(conditions, missing, outputs);
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
    if (!serves(this.#sessions.form, needed)) await this.#sessions.reform(needed);
  }

  isOpen(name: NetworkName): boolean {
    return this.#sessions.isOpen(name);
  }

  /** Whether there is room for all of these at one time. */
  hold(names: Iterable<NetworkName>): boolean {
    return this.#sessions.hold(names);
  }

  /** Opens a session ahead, so that the first use need not; converts the weights where they need it. */
  open(name: NetworkName, watch?: ConversionWatch): Promise<void> {
    return this.#sessions.open(name, watch);
  }

  /** Closes a session; the next use opens it again. */
  release(name: NetworkName): Promise<void> {
    return this.#sessions.release(name);
  }

  /** Latents (the mean, shifted and scaled) of a picture whose sides are multiples of 8. */
  async encode(picture: Planes): Promise<Float32Array> {
    const latents = await this.#inTiles(
      { channels: 3, ...picture },
      { unit: { before: 8, behind: 1 }, name: "encoder", input: "image" },
    );
    return latents.data;
  }

  /** The picture of latents, about −1 … 1. */
  async decode(latents: Float32Array, size: LatentSize): Promise<Planes> {
    const { data, height, width } = await this.#inTiles(
      { ...size, data: latents },
      { unit: { before: 1, behind: 8 }, name: "decoder", input: "latents" },
    );
    return { data, height, width };
  }

  /** Through half of the autoencoder, as a whole where there is room for that. */
  #inTiles(
    picture: PlaneStack,
    { unit, name, input }: { unit: UnitPx; name: "encoder" | "decoder"; input: string },
  ): Promise<PlaneStack> {
    const run = async ({ data, channels, ...before }: PlaneStack): Promise<PlaneStack> => {
      const dims = [1, channels, before.height, before.width];
      const result = only(await this.#run(name, { [input]: { data, dims } }));
      const [height, width] = [before.height, before.width].map(
        (px) => (px / unit.before) * unit.behind,
      ) as [number, number];
      return { channels: result.length / (height * width), height, width, data: result };
    };
    return this.#options.inTiles === true
      ? throughTiles(picture, { unit, size: AUTOENCODER_TILE, run })
      : run(picture);
  }

  /**
   * T5's states, [S, contextDim].
   * @param attended - per token, whether others may see it
   */
  async encodeText(ids: number[], attended: boolean[]): Promise<Float32Array> {
    const outputs = await this.#run("t5", {
      input_ids: integers(ids),
      buckets: { data: t5Buckets(ids.length), dims: [ids.length, ids.length] },
      mask: vector(attended.map((seen) => (seen ? 0 : UNSEEN))),
    });
    return only(outputs);
  }

  /** CLIP's state at the end of the text, [vecDim]. */
  async poolText(ids: number[]): Promise<Float32Array> {
    const input_ids = { ...integers(ids), dims: [1, ids.length] };
    return only(await this.#run("clip", { input_ids }));
  }

  close(): Promise<void> {
    return this.#sessions.close();
  }

  /** @param feeds - of the network's inputs, and perhaps more */
  async #run(name: NetworkName, feeds: Record<string, Feed>): Promise<Outputs> {
    const session = await this.#sessions.get(name);
    const own = Object.entries(feeds).filter(([input]) => session.inputs.includes(input));
    return session.run(Object.fromEntries(own));
  }

  #conditionFeeds({ vec, guidance }: StepConditions, times: readonly number[]) {
    return {
      vec: matrix(vec, this.config.transformer.vecDim),
      timestep: vector(times),
      guidance: vector([guidance]),
    };
  }
}

/** Added to the scores of a token that none may see: far below any, and a number in 16 bits too. */
const UNSEEN = -60_000;

/** Each of these networks has one output. */
const only = (outputs: Outputs): Float32Array => Object.values(outputs)[0]!;

const vector = (numbers: readonly number[]): Feed => ({
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
