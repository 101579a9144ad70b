// All that making a procedure needs, in one record: the catalogue, the model, the store and the two
// children. Opening it reads small files alone; a child starts when something is first asked of it.
import path from "node:path";
import { DOMAIN_LORA, loadDomains, type Domain } from "./domains.js";
import { ProcedureError } from "./error.js";
import {
  type FrameCount,
  frameCounts,
  framesOf,
  loadModel,
  type Model,
  type ModelDomain,
} from "./model.js";
import { createStore, type Store } from "./store.js";
import { ownAdaptersDir } from "./styles.js";
import { nearest } from "../nearest.js";
import {
  createEngineHost,
  createPictureHost,
  type EngineHost,
  type EngineOptions,
  type PictureOperations,
} from "../workers/index.js";

export interface Context {
  domains: Domain[];
  model: Model;
  modelDir: string;
  /** holds config.json, the procedures, and what was exported */
  dataDir: string;
  store: Store;
  /** whoever paints: a child of this process, or one day a queue */
  engine: Pick<EngineHost, "paint" | "state" | "rest">;
  pictures: PictureOperations;
  /** absolute folders that tools may read pictures from */
  allowedFolders: string[];
  /** those that the client offers beside them; they may change with every call */
  clientFolders?: (() => Promise<readonly string[]>) | undefined;
  /** whether pictures may be fetched from `https` addresses */
  allowUrls?: boolean | undefined;
  homeDir: string;
  /** set on the command line: the folder that typed paths are relative to, and every path goes */
  typedIn?: string | undefined;
}

type Given = "modelDir" | "dataDir" | "allowedFolders" | "allowUrls" | "homeDir" | "typedIn";

export interface ContextOptions extends Pick<Context, Given> {
  /** the catalogue */
  adaptersDir: string;
  /** the Node that runs the children; this process's own by default */
  nodePath?: string | undefined;
  /** gets what the children write to stderr */
  onLog?: ((text: string) => void) | undefined;
  engine?: Omit<EngineOptions, "nodePath" | "onLog">;
}

/** Whoever opens a context closes it: that ends the children. */
export async function openContext({
  adaptersDir,
  dataDir,
  nodePath,
  onLog,
  engine: engineOptions,
  ...rest
}: ContextOptions): Promise<Context & { close(): Promise<void> }> {
  const model = await loadModel(rest.modelDir);
  const engine = createEngineHost({ ...engineOptions, nodePath, onLog });
  const pictures = createPictureHost({ nodePath, onLog });
  return {
    ...rest,
    domains: loadDomains(adaptersDir, ownAdaptersDir(dataDir)),
    model,
    dataDir,
    store: createStore(dataDir),
    engine,
    pictures,
    close: async () => void (await Promise.all([engine.close(), pictures.close()])),
  };
}

/** The domain in the catalogue and in the model. Throws `unknown_domain` or `domain_not_installed`. */
export function requireDomain(
  context: Pick<Context, "domains" | "model">,
  slug: string,
): { domain: Domain; inModel: ModelDomain } {
  const domain = context.domains.find((d) => d.slug === slug);
  if (domain === undefined) throw unknownDomain(slug.slice(0, 60), context.domains);
  const inModel = domainIn(context.model, domain);
  if (inModel === undefined)
    throw new ProcedureError(
      "domain_not_installed",
      `domain: ${slug} is not in the model “${context.model.name}”, which has ${context.model.domains.map((d) => d.domain).join(", ")}. It needs ${howToInstall(domain)}`,
    );
  return { domain, inModel };
}

/** What the model needs to paint in a domain; undefined where it cannot. */
export function domainIn(model: Model, { slug, folder, lora }: Domain): ModelDomain | undefined {
  const own = model.domains.find(({ domain }) => domain === slug);
  if (own !== undefined || lora?.model !== model.name) return own;
  const loraFile = path.join(folder, DOMAIN_LORA);
  return { domain: slug, phrase: lora.phrase, colors: true, loraFile };
}

function unknownDomain(slug: string, domains: readonly Domain[]): ProcedureError {
  const slugs = domains.map((d) => d.slug);
  const meant = nearest(slug, slugs);
  const hint = meant === undefined ? "" : `did you mean ${meant}, or another `;
  return new ProcedureError(
    "unknown_domain",
    `domain: unknown domain “${slug}”; ${hint}one of ${slugs.join(", ")}`,
  );
}

/** What a person has to install for a domain that the model lacks. */
export function howToInstall({ frames, lora }: Domain): string {
  if (lora !== undefined) return `the model “${lora.model}”, on which it was trained.`;
  return `a model folder with FLUX.1-dev and asymmetric_lora_${frames}f_general.safetensors (showlab/makeanything on Hugging Face), named by modelDir in config.json or by MAKEANYTHING_MODEL; makeanything doctor says what of it is here.`;
}

/** The domain's own frame count, or where the model lacks it for such pages, the other one. */
export function usualFrames({ frames }: Domain, inModel: ModelDomain): FrameCount {
  const counts = framesOf(inModel);
  return counts.includes(frames) ? frames : counts[0]!;
}

/** The frame count asked for, else the usual one. Throws `frame_count`. */
export function requireFrames(
  model: Model,
  { domain, inModel }: { domain: Domain; inModel: ModelDomain },
  frames?: number,
): FrameCount {
  const wanted = frames ?? usualFrames(domain, inModel);
  const counts = frameCounts(model);
  const found = counts.find((count) => count === wanted);
  if (found === undefined)
    throw new ProcedureError(
      "frame_count",
      `frames: the model “${model.name}” paints ${counts.join(" or ")} frames, got ${wanted}`,
    );
  return found;
}

/** Throws `adapter_not_installed`. */
export function requireAdapter(model: Model, name: string): void {
  if (!Object.hasOwn(model.adapters, name))
    throw new ProcedureError(
      "adapter_not_installed",
      `the model “${model.name}” has no ${name} adapter; its model.json names ${Object.keys(model.adapters).join(", ") || "none"}`,
    );
}
