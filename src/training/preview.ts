// Pictures on the way: the model as it stands, asked for a few pages, as its tools would ask it.
import { createEngine } from "../engine/index.js";
import { loadModel, samplingFor } from "../procedures/index.js";
import type { Preview } from "./objective.js";
import type { AdapterTask, SamplePage } from "./pages.js";

export interface PreviewOptions {
  task: AdapterTask;
  /** what a page of domain `b`, counted from 1, is painted with; nothing where it is not given */
  adaptersOf?: AdaptersOf;
  signal?: AbortSignal | undefined;
}

export type AdaptersOf = (b: number) => PreviewAdapters;

/** By their names in model.json, or from a file of their own. */
interface PreviewAdapters {
  /** the LoRA that has a B for each domain */
  asymmetric?: string;
  loras?: readonly { name: string; file?: string }[];
}

export async function previewPages(
  modelDir: string,
  pages: readonly SamplePage[],
  { task, adaptersOf = () => ({}), signal }: PreviewOptions,
): Promise<Preview> {
  const mode = task === "recraft" || task === "interpolation" ? task : "generate";
  const engine = createEngine();
  const preview: Preview = [];
  try {
    const sampling = samplingFor(await loadModel(modelDir), mode);
    for (const { name, prompt, sidePx, domain, known } of pages) {
      const b = domain + 1;
      const { asymmetric, loras = [] } = adaptersOf(b);
      const { page } = await engine.paint(
        {
          modelDir,
          prompt,
          widthPx: sidePx,
          heightPx: sidePx,
          seed: 1,
          ...sampling,
          ...(asymmetric !== undefined && { asymmetric }),
          domains: asymmetric === undefined ? [] : [{ b, weight: 1 }],
          loras: loras.map((lora) => ({ ...lora, weight: 1 })),
          known: [...known],
        },
        { signal },
      );
      preview.push({ name, picture: page });
    }
  } finally {
    await engine.close();
  }
  return preview;
}
