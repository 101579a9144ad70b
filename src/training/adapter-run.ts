// An adapter's training from its configuration: on the world, or on people's own pages.
import path from "node:path";
import { writeSafetensors, type Device, type TensorToWrite } from "../engine/train/index.js";
import { createPictureHost } from "../workers/index.js";
import { adapterObjective } from "./adapter.js";
import type { AdapterConfig } from "./config.js";
import { TrainingError } from "./error.js";
import { openFolderPages } from "./folder-pages.js";
import type { Objective } from "./objective.js";
import { updateModelJson } from "./model-folder.js";
import type { AdapterTask, PageSource } from "./pages.js";
import { previewPages, type AdaptersOf } from "./preview.js";
import { openStylePages } from "./style-pages.js";
import { openWorldPages } from "./world-pages.js";

/** The LoRA that rests below ReCraft and interpolation. */
const BELOW = "asymmetric";

export interface AdapterRunOptions {
  /** absolute, of a path in the configuration */
  at: (relative: string) => string;
  signal?: AbortSignal;
  device?: Device;
  /** while pages go through the autoencoder */
  onPage?: (done: number, all: number) => void;
}

/** ReCraft and interpolation learn on the base with the domain's LoRA in place. */
export async function adapterFrom(
  config: AdapterConfig,
  options: AdapterRunOptions,
): Promise<Objective> {
  const { kind, rank, alpha = rank, seed, times, captionDropout, recompute, data } = config;
  const modelDir = options.at(config.model);
  const ofProcesses = kind === "asymmetric-lora";
  const name = config.name ?? (ofProcesses ? "asymmetric" : kind);
  const shares = ofProcesses ? (config.shares ?? "A") : "AB";
  const pages = await pagesOf(config, options);
  return adapterObjective({
    modelDir,
    pages,
    rank,
    alpha,
    seed,
    name,
    shares: { a: shares !== "nothing", b: shares === "AB" },
    ...((kind === "recraft" || kind === "interpolation") && { below: BELOW }),
    ...("pages" in data && { textCacheDir: path.join(options.at(config.out), "text") }),
    times,
    captionDropout,
    recompute,
    device: options.device,
    save: (tensors, domain) =>
      saveAdapter(
        modelDir,
        domain === undefined ? name : `${name}-${domain + 1}`,
        tensors,
        kind === "style" ? { trigger: name } : undefined,
      ),
    preview: () =>
      previewPages(modelDir, pages.samples, {
        task: kind,
        adaptersOf: adaptersFor(config, name),
        signal: options.signal,
      }),
  });
}

/** What a page of a domain is painted with, to see what was learnt. */
function adaptersFor({ kind, shares }: AdapterConfig, name: string): AdaptersOf {
  if (kind === "recraft" || kind === "interpolation")
    return () => ({ asymmetric: BELOW, loras: [{ name }] });
  if (kind === "style" || shares === "AB") return () => ({ loras: [{ name }] });
  if (shares === "nothing") return (b) => ({ loras: [{ name: `${name}-${b}` }] });
  return () => ({ asymmetric: name });
}

/** Puts an adapter into the model folder, under its name; a style with the words that call for it. */
async function saveAdapter(
  modelDir: string,
  name: string,
  tensors: Map<string, TensorToWrite>,
  style?: { trigger: string },
): Promise<void> {
  const file = `${name}.safetensors`;
  await writeSafetensors(path.join(modelDir, file), tensors, { dtype: "F16" });
  await updateModelJson(modelDir, (json) => ({
    ...json,
    adapters: { ...(json.adapters as object), [name]: file },
    ...(style && { styles: { ...(json.styles as object), [name]: style } }),
  }));
}

async function pagesOf(config: AdapterConfig, options: AdapterRunOptions): Promise<PageSource> {
  const { kind: task, data, batch } = config;
  const { at } = options;
  if ("sequences" in data) {
    if (typeof batch === "number")
      throw new TrainingError(
        "bad_config",
        "batch: of the world's pages, say how many of each kind",
      );
    const latents = { ...data, folder: at(data.folder), modelDir: at(config.model) };
    if (task === "style") return openStylePages({ ...latents, batch });
    const { layout, scarce } = config;
    return openWorldPages({
      task,
      data: latents,
      batch,
      ...(layout && { layout }),
      ...(scarce && { scarce }),
    });
  }
  if (typeof batch !== "number")
    throw new TrainingError("bad_config", "batch: of one's own pages, say how many in one number");
  return ownPages({ ...config, task, data, batch }, options);
}

/** Opens people's own pages; their pictures are decoded in a child. */
export async function ownPages(
  { task, data, batch, model, out, oneDomain = false }: OwnPages,
  { at, signal, onPage }: AdapterRunOptions,
): Promise<PageSource> {
  const pictures = createPictureHost();
  try {
    return await openFolderPages({
      task,
      folder: at(data.pages),
      modelDir: at(model),
      cacheDir: path.join(at(out), "latents"),
      frames: data.frames,
      pagePx: data.pagePx,
      batch,
      oneDomain,
      pictures,
      ...(signal && { signal }),
      ...(onPage && { onProgress: onPage }),
    });
  } finally {
    await pictures.close();
  }
}

interface OwnPages {
  task: AdapterTask;
  data: Extract<AdapterConfig["data"], { pages: string }>;
  batch: number;
  model: string;
  out: string;
  oneDomain?: boolean;
}
