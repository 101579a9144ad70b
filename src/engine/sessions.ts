// The sessions of a model's networks: each is opened when it is first needed, and leaves again when what
// comes next would not fit beside it.
import type { Graph } from "./graph/index.js";
import { blocksOnly, transformerOf, type LoraForm } from "./lora-form.js";
import { remember } from "./memory.js";
import { modelWeights, type ModelWeightsOptions } from "./model-weights.js";
import { decoder, encoder } from "./models/autoencoder.js";
import { clipTextEncoder } from "./models/clip.js";
import type { ModelConfig } from "./models/config.js";
import { fluxPiece, fluxPieces, type FluxPiece } from "./models/flux-pieces.js";
import { fluxTransformer } from "./models/flux.js";
import { t5Encoder } from "./models/t5.js";
import type { NetworkName } from "./network-name.js";
import { openSession, type Session, type SessionOptions } from "./runtime/index.js";
import type { Placement } from "./variants/index.js";
import type { ConversionWatch } from "./weights/convert/resumable.js";
import type { CheckpointKind } from "./weights/layouts/checkpoint.js";

export interface SessionsOptions
  extends
    Pick<SessionOptions, "threads" | "onWarning">,
    Pick<ModelWeightsOptions, "form" | "cacheFolder">,
    Partial<Placement> {
  /** ahead: the modulation layers run for all steps at once, in a session of their own */
  modulation?: "ahead" | "inside";
}

interface Network {
  kind: CheckpointKind;
  build: () => Graph;
  /** which tensors are its own, where several networks share a checkpoint */
  owns?: (name: string) => boolean;
  /** the graph that needs all of the checkpoint, where this is a part of it */
  whole?: () => Graph;
  /** whether LoRAs may be baked into it */
  takesLora?: boolean;
}

type NetworkOf = (config: ModelConfig, form: LoraForm, isApart: boolean) => Network;

const partOf = (
  { transformer }: ModelConfig,
  form: LoraForm,
  part: "whole" | "blocks" | "modulation",
): Network => ({
  kind: "transformer",
  build: () => transformerOf(transformer, form, part),
  whole: () => fluxTransformer(transformer, { takesLora: false }),
  takesLora: true,
});

const pieceOf =
  (piece: FluxPiece): NetworkOf =>
  (config, form, isApart) => {
    const { build, ...rest } = network.transformer(config, form, isApart);
    return { ...rest, build: () => fluxPiece(build(), piece, config.transformer) };
  };

const network: Record<NetworkName, NetworkOf> = {
  transformer: (config, form, isApart) => partOf(config, form, isApart ? "blocks" : "whole"),
  first: pieceOf("first"),
  rest: pieceOf("rest"),
  last: pieceOf("last"),
  modulation: (config, form) => partOf(config, form, "modulation"),
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
};

export class Sessions {
  readonly #folder: string;
  readonly #config: ModelConfig;
  readonly #options: SessionsOptions;
  readonly #open = new Map<NetworkName, Promise<Session>>();
  readonly #weights = new Map<CheckpointKind, Promise<string>>();
  #form = blocksOnly;

  constructor(folder: string, config: ModelConfig, options: SessionsOptions) {
    this.#folder = folder;
    this.#config = config;
    this.#options = options;
  }

  /** What the transformer's sessions take of LoRAs. */
  get form(): LoraForm {
    return this.#form;
  }

  /** Closes the transformer's sessions; opened again, they take LoRAs in another form. */
  async reform(form: LoraForm): Promise<void> {
    this.#form = form;
    for (const name of ["transformer", ...fluxPieces, "modulation"] as const)
      await this.release(name);
  }

  isOpen(name: NetworkName): boolean {
    return this.#open.has(name);
  }

  /** Whether there is room for all of these at one time. */
  hold(names: Iterable<NetworkName>): boolean {
    const { room } = this.#options;
    if (room === undefined) return true;
    const taken = [...new Set(names)].reduce((sum, name) => sum + room.needs[name], 0);
    return taken <= room.bytes;
  }

  /** Opens a session ahead, so that the first use need not; converts the weights where they need it. */
  async open(name: NetworkName, watch: ConversionWatch = {}): Promise<void> {
    await this.#weightsOf(this.#network(name).kind, watch);
    await this.get(name);
  }

  get(name: NetworkName): Promise<Session> {
    return remember(this.#open, name, async () => {
      const { kind, build, owns, whole, takesLora } = this.#network(name);
      const path = await this.#weightsOf(kind);
      await this.#makeRoom(name);
      const { threads, onWarning, placeOf } = this.#options;
      return openSession(build(), path, {
        ...placeOf?.(name),
        threads,
        onWarning,
        kind,
        owns,
        whole: whole?.().weights,
        baked: takesLora ? this.#form.baked : undefined,
      });
    });
  }

  async release(name: NetworkName): Promise<void> {
    const session = await this.#open.get(name)?.catch(() => undefined);
    this.#open.delete(name);
    await session?.close();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((name) => this.release(name)));
  }

  #network(name: NetworkName): Network {
    return network[name](this.#config, this.#form, this.#options.modulation === "ahead");
  }

  /** Those that were opened first leave first. */
  async #makeRoom(name: NetworkName): Promise<void> {
    for (const other of this.#open.keys()) {
      if (this.hold([...this.#open.keys(), name])) return;
      if (other !== name) await this.release(other);
    }
  }

  /** The file that sessions of a checkpoint run on. */
  #weightsOf(kind: CheckpointKind, watch: ConversionWatch = {}): Promise<string> {
    const options = { ...this.#options, ...watch };
    return remember(this.#weights, kind, () =>
      modelWeights(this.#folder, this.#config, kind, options),
    );
  }
}
