// From a prompt and known cells to a page: text, LoRA stack, known latents, the loop, the picture.
// Each part can be called alone, which is how they are held against the originals' numbers.
import { resolve } from "node:path";
import { EngineError } from "./error.js";
import { ropeTable } from "./layers/rope.js";
import { latentMapOf, pictureOf } from "./latent-map.js";
import { LATENT_PX, latentSize } from "./latent-size.js";
import { LastResult, remember } from "./memory.js";
import { ModelLoras, type LorasAsked } from "./model-loras.js";
import { readModelConfig, type ModelConfig } from "./models/config.js";
import { FirstBlockCache } from "./first-block-cache.js";
import { fluxPieces } from "./models/flux-pieces.js";
import { networksOptions } from "./networks-options.js";
import { Networks, type NetworkName, type NetworksOptions, type Planes } from "./networks.js";
import { restorePixels, toPlanes, toRaster } from "./pixels.js";
import type {
  EngineSettings,
  PaintOptions,
  PaintProgress,
  PaintRequest,
  PaintResult,
} from "./request.js";
import { randn } from "./sampling/noise.js";
import { sample, type Known, type SampleStep, type Velocity } from "./sampling/sample.js";
import { schedule } from "./sampling/schedule.js";
import { imageIds, pack, unpack, type LatentSize } from "./sampling/tokens.js";
import { Stopwatch } from "./stopwatch.js";
import { openTokenizer, type TextTokenizer } from "./text/tokenizer.js";
import type { LoraStack } from "./weights/lora/index.js";
import type { Raster } from "../raster.js";

/** What the model sees of a prompt. */
export interface TextStates {
  t5Ids: number[];
  clipIds: number[];
  /** [S, contextDim] */
  txt: Float32Array;
  /** [vecDim] */
  vec: Float32Array;
}

/** What a prompt leads by. */
export interface Guide {
  text: TextStates;
  cache?: FirstBlockCache | undefined;
}

/** What the loop needs. */
export interface SampleInput extends Guide {
  size: LatentSize;
  /** v = v₀ + trueCfg · (v − v₀), where v₀ is what this leads to */
  unguided?: Guide | undefined;
  trueCfg?: number | undefined;
  loras: LoraStack;
  known: Known | undefined;
  seed: number;
  steps: number;
  guidance: number;
}

/** At most so many pictures on the way to a page. */
const PREVIEWS = 8;

/** One model folder, held open: sessions, tokenizers, LoRAs, and what the last job computed. */
export class Pipeline {
  readonly #folder: string;
  readonly #config: ModelConfig;
  readonly #networks: Networks;
  readonly #tokenizers = new Map<"t5" | "clip", Promise<TextTokenizer>>();
  readonly #text = new LastResult<TextStates>();
  readonly #noText = new LastResult<TextStates>();
  readonly #loras: ModelLoras;

  constructor(folder: string, config: ModelConfig, options?: NetworksOptions) {
    this.#folder = folder;
    this.#config = config;
    this.#networks = new Networks(folder, config, options);
    this.#loras = new ModelLoras(folder, config, this.#networks);
  }

  /** @throws EngineError `no_device` where the model cannot be run as the settings say */
  static async open(
    folder: string,
    settings?: EngineSettings,
    onWarning?: NetworksOptions["onWarning"],
  ): Promise<Pipeline> {
    const config = await readModelConfig(folder);
    const options = await networksOptions(folder, config, settings);
    return new Pipeline(folder, config, { ...options, onWarning });
  }

  close(): Promise<void> {
    return this.#networks.close();
  }

  /** @throws EngineError `bad_request`, `bad_weights`, `cancelled`, `not_finite` */
  async paint(request: PaintRequest, { signal, onProgress }: PaintOptions): Promise<PaintResult> {
    const size = latentSize(request, this.#config.autoencoder.zChannels);
    const clock = new Stopwatch();
    const report = async (
      phase: PaintProgress["phase"],
      step: number,
      steps: number,
      preview?: Raster,
    ) => {
      onProgress?.({ phase, step, steps, ...(preview && { preview }) });
      await new Promise(setImmediate); // a run blocks: let the message out, and a cancel in
      if (signal?.aborted) throw new EngineError("cancelled", "cancelled between two steps");
    };

    const load = async (...names: NetworkName[]) => {
      const missing = names.filter((name) => !this.#networks.isOpen(name));
      for (const [i, name] of missing.entries()) {
        await report("load", i, missing.length);
        await this.#networks.open(name, {
          signal,
          onProgress: ({ doneBytes, totalBytes }) =>
            onProgress?.({
              phase: "load",
              step: i + doneBytes / totalBytes,
              steps: missing.length,
            }),
        });
      }
    };

    const loras = await this.stack(request);
    await this.#networks.prepare(loras);
    const cache = this.#cacheOf(request);
    const transformer: NetworkName[] = cache ? [...fluxPieces] : ["transformer"];
    const needed: NetworkName[] = ["t5", "clip", ...transformer, "decoder"];
    if (this.#networks.modulatesAhead) needed.push("modulation");
    if (request.known.length > 0) needed.push("encoder");
    // Where they do not all fit, each comes when it is needed, and those before it leave.
    if (this.#networks.hold(needed)) await load(...needed);
    const versions = await this.#loras.versions(request);
    const loadMs = clock.lap();

    await report("text", 0, 1);
    const loadText = () => load("t5", "clip");
    const text = await this.encodeText(request, loadText);
    const unguided = isGuided(request)
      ? {
          text: await this.encodeText({ ...request, prompt: "" }, loadText, this.#noText),
          cache: this.#cacheOf(request),
        }
      : undefined;
    const textMs = clock.lap();

    if (request.known.length > 0) {
      await load("encoder");
      await report("encode", 0, 1);
    }
    const known = await this.encodeKnown(request.known, size);
    const times = timesOf(request.steps, size).slice(0, -1);
    for (const { vec } of [text, ...(unguided ? [unguided.text] : [])]) {
      const conditions = { vec, guidance: request.guidance, loras };
      if (this.#networks.isModulated(conditions, times)) continue;
      await load("modulation");
      await this.#networks.modulate(conditions, times);
    }
    await load(...transformer);
    await report("sample", 0, request.steps);
    let latents: Float32Array = new Float32Array();
    const input = { ...request, size, text, unguided, loras, known, cache };
    for await (const sampled of this.sample(input)) {
      const { step, x } = sampled;
      if (step === request.steps) latents = unpack(x, size);
      await report("sample", step, request.steps, this.#preview(sampled, request.steps, size));
    }
    checkFinite("sample", latents);
    const sampleMs = clock.lap();

    await load("decoder");
    await report("decode", 0, 1);
    const planes = await this.decode(latents, size);
    checkFinite("decode", planes.data);
    const page = toRaster(planes);
    const knownPsnrDb = request.known.map(({ cell, picture }) =>
      restorePixels(page, cell, picture),
    );
    const timings = { loadMs, textMs, sampleMs, decodeMs: clock.lap() };
    const ran = { variant: this.#networks.variant, cacheThreshold: cache?.threshold ?? 0 };
    return { page, knownPsnrDb, versions, ran, timings };
  }

  /** @param load - called before the networks are needed, which they are not for the last prompt again */
  encodeText(
    { prompt, maskPadding }: Pick<PaintRequest, "prompt" | "maskPadding">,
    load?: () => Promise<void>,
    last = this.#text,
  ): Promise<TextStates> {
    return last.get(JSON.stringify([prompt, maskPadding]), async () => {
      await load?.();
      const { ids, length } = (await this.#tokenizer("t5")).encode(prompt);
      const t5Ids = maskPadding ? ids.slice(0, length) : ids; // masking padding = leaving it out
      const clipIds = (await this.#tokenizer("clip")).encode(prompt).ids;
      const everyToken = t5Ids.map(() => true);
      const txt = await this.#networks.encodeText(t5Ids, everyToken);
      const vec = await this.#networks.poolText(clipIds);
      checkFinite("text", txt, vec);
      return { t5Ids, clipIds, txt, vec };
    });
  }

  /** Clean latents of the known cells, each picture encoded alone, and the mask that says where. */
  async encodeKnown(known: PaintRequest["known"], size: LatentSize): Promise<Known | undefined> {
    if (known.length === 0) return undefined;
    const values = new Float32Array(size.channels * size.height * size.width);
    const mask = new Float32Array(values.length);
    for (const { cell, picture } of known) {
      const latents = await this.#networks.encode(toPlanes(picture));
      checkFinite("encode", latents);
      const [x, y, width, height] = [cell.x, cell.y, cell.width, cell.height].map(
        (px) => px / LATENT_PX,
      ) as [number, number, number, number];
      for (let channel = 0; channel < size.channels; channel++)
        for (let row = 0; row < height; row++) {
          const from = (channel * height + row) * width;
          const to = (channel * size.height + y + row) * size.width + x;
          values.set(latents.subarray(from, from + width), to);
          mask.fill(1, to, to + width);
        }
    }
    return { values: pack(values, size), mask: Uint8Array.from(pack(mask, size)) };
  }

  /** The LoRA stack of a mix of domains and plain LoRAs. */
  stack(request: LorasAsked): Promise<LoraStack> {
    return this.#loras.stack(request);
  }

  /** The loop from the seed's noise on; the last step's `x` are the tokens of the result. */
  async *sample(input: SampleInput): AsyncGenerator<SampleStep> {
    const { size, known, seed, steps, unguided, trueCfg = 1 } = input;
    const times = timesOf(steps, size);
    const guided = await this.#velocityOf(input, input, times);
    const velocity = unguided
      ? away(await this.#velocityOf(unguided, input, times), guided, trueCfg)
      : guided;
    const noise = pack(randn(seed, size.channels * size.height * size.width), size);
    yield* sample(velocity, noise, times, known);
  }

  /** Where a prompt leads from a page at a time. */
  async #velocityOf(
    { text: { txt, vec }, cache }: Guide,
    { size, guidance, loras }: SampleInput,
    times: readonly number[],
  ): Promise<Velocity> {
    const { axesDim, theta, contextDim } = this.#config.transformer;
    const textIds = new Float32Array((3 * txt.length) / contextDim);
    const rope = ropeTable(Float32Array.from([...textIds, ...imageIds(size)]), axesDim, theta);
    await this.#networks.modulate({ vec, guidance, loras }, times.slice(0, -1));
    return (img, timestep) =>
      this.#networks.predict({ img, txt, vec, timestep, guidance, rope, loras, cache });
  }

  decode(latents: Float32Array, size: LatentSize): Promise<Planes> {
    return this.#networks.decode(latents, size);
  }

  /** Where a step seems to lead, now and then; undefined where no map is known. */
  #preview({ step, x, t, v }: SampleStep, steps: number, size: LatentSize): Raster | undefined {
    const map = latentMapOf(this.#config);
    const every = Math.ceil(steps / PREVIEWS);
    if (map === undefined || step === steps || step % every !== 0) return undefined;
    const clean = x.map((value, i) => value - t * v[i]!);
    return pictureOf(unpack(clean, size), size, map);
  }

  /** Of one job; undefined where every step is computed. */
  #cacheOf({ cacheThreshold = 0 }: PaintRequest): FirstBlockCache | undefined {
    const hasFirst = this.#config.transformer.depth > 0;
    return hasFirst && cacheThreshold > 0 ? new FirstBlockCache(cacheThreshold) : undefined;
  }

  #tokenizer(name: "t5" | "clip"): Promise<TextTokenizer> {
    return remember(this.#tokenizers, name, () => {
      const { tokenizer, maxLength } = this.#config[name];
      if (tokenizer === undefined || maxLength === undefined)
        throw new EngineError(
          "bad_model_config",
          `${this.#folder}/model.json: ${name} needs tokenizer and maxLength`,
        );
      return openTokenizer(resolve(this.#folder, tokenizer), maxLength);
    });
  }
}

const timesOf = (steps: number, { height, width }: LatentSize): number[] =>
  schedule(steps, (height * width) / 4);

const isGuided = ({ trueCfg = 1 }: Pick<PaintRequest, "trueCfg">): boolean => trueCfg !== 1;

/** Classifier-free guidance (Ho and Salimans, 2022). */
const away =
  (from: Velocity, to: Velocity, scale: number): Velocity =>
  async (x, t) => {
    const [start, end] = [await from(x, t), await to(x, t)];
    return end.map((value, i) => start[i]! + scale * (value - start[i]!));
  };

/** @throws EngineError `not_finite` that names the phase: a page of such numbers is no page */
function checkFinite(phase: PaintProgress["phase"], ...results: Float32Array[]): void {
  if (results.every((numbers) => numbers.every(Number.isFinite))) return;
  throw new EngineError(
    "not_finite",
    `the phase ${phase} gave numbers that are not finite; are the weights what model.json says?`,
  );
}
