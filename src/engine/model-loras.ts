// The LoRA files of a model folder, each opened once: what a request names of them, stacked, and their versions.
import { resolve } from "node:path";
import { EngineError } from "./error.js";
import { LastResult, remember } from "./memory.js";
import type { ModelConfig } from "./models/config.js";
import type { Networks } from "./networks.js";
import type { PaintRequest } from "./request.js";
import { fingerprint } from "./weights/fingerprint.js";
import { domainCount, type LoraFile, type LoraStack } from "./weights/lora/index.js";

export type LorasAsked = Pick<PaintRequest, "domains" | "asymmetric" | "loras">;
type NamedLora = Pick<PaintRequest["loras"][number], "name" | "file">;

/** The adapter that domains are of where a request names no other. */
const ASYMMETRIC = "asymmetric";

export class ModelLoras {
  readonly #folder: string;
  readonly #config: ModelConfig;
  readonly #networks: Networks;
  readonly #files = new Map<string, Promise<LoraFile>>();
  readonly #versions = new Map<string, Promise<string>>();
  readonly #last = new LastResult<LoraStack>();

  constructor(folder: string, config: ModelConfig, networks: Networks) {
    this.#folder = folder;
    this.#config = config;
    this.#networks = networks;
  }

  /** The LoRA stack of a mix of domains and plain LoRAs. */
  stack({ domains, asymmetric = ASYMMETRIC, loras }: LorasAsked): Promise<LoraStack> {
    return this.#last.get(JSON.stringify([domains, asymmetric, loras]), async () => {
      const parts = [];
      for (const { b, weight } of domains) {
        const file = await this.#lora({ name: asymmetric });
        const count = domainCount(file);
        if (count === 0)
          throw new EngineError(
            "bad_weights",
            `${file.path} is a plain LoRA, not an asymmetric one`,
          );
        if (b > count)
          throw new EngineError("bad_request", `${asymmetric} has B 1 to ${count}, not ${b}`);
        parts.push({ file, b, weight });
      }
      for (const lora of loras) parts.push({ file: await this.#lora(lora), weight: lora.weight });
      return this.#networks.stack(parts);
    });
  }

  #lora(lora: NamedLora): Promise<LoraFile> {
    const path = this.#adapterPath(lora);
    return remember(this.#files, path, () => this.#networks.openLora(path));
  }

  #adapterPath({ name, file: own }: NamedLora): string {
    if (own !== undefined) return own;
    const { adapters } = this.#config;
    const file = adapters[name];
    if (file === undefined)
      throw new EngineError(
        "bad_request",
        `the model has no adapter ${name}; model.json names ${Object.keys(adapters).join(", ") || "none"}`,
      );
    return resolve(this.#folder, file);
  }

  /** A fingerprint of the transformer's file and of every LoRA asked for, by name. */
  async versions({
    domains,
    asymmetric = ASYMMETRIC,
    loras,
  }: LorasAsked): Promise<Record<string, string>> {
    const paths: Record<string, string> = {
      transformer: resolve(this.#folder, this.#config.transformer.file),
    };
    if (domains.length > 0) paths[asymmetric] = this.#adapterPath({ name: asymmetric });
    for (const lora of loras) paths[lora.name] = this.#adapterPath(lora);
    const versions: Record<string, string> = {};
    for (const [name, path] of Object.entries(paths))
      versions[name] = await remember(this.#versions, path, () => fingerprint(path));
    return versions;
  }
}
