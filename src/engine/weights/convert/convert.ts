// From the weights that people have to a file that a session can run on: their own where it can, else one
// that is made once, beside the others in a cache folder, and checked.
import { basename, join } from "node:path";
import { gemmWeights, type Graph } from "../../graph/index.js";
import { weightFault } from "../fault.js";
import { fingerprint } from "../fingerprint.js";
import type { CheckpointKind } from "../layouts/checkpoint.js";
import { matchWeights } from "../match.js";
import { isInBlocks, openWeights, type WeightSource, type WeightWarning } from "../source.js";
import { BLOCKS_MARK, BLOCKS_VERSION } from "./laid-out.js";
import { writeResumable, type ConversionWatch, type FilePlan } from "./resumable.js";
import { streamOf, type Wanted } from "./stream.js";
import { targetOf, type Target, type WeightForm } from "./target.js";
import { isWhole, note } from "./whole.js";

export interface ConvertOptions extends ConversionWatch {
  kind: CheckpointKind;
  /** all graphs that run on the checkpoint, which together need the whole of it; asked for where they matter */
  graphs: () => readonly Graph[];
  /** what matrices are to be; without it only blocks that nothing can compute with are laid out */
  form?: WeightForm | undefined;
  /** where converted files are kept; without it weights that need it are refused */
  cacheFolder?: string | undefined;
  /** a file made before is read through, whatever was found the last time */
  readsAll?: boolean;
  onWarning?: ((warning: WeightWarning) => void) | undefined;
}

const FOLDER = "makeanything";
/** Another one makes other bytes of the same weights. */
const CONVERTER_VERSION = "1";

/**
 * @returns the path itself, or that of the converted file
 * @throws EngineError `bad_weights`; `cannot_write`; `cancelled`
 */
export async function runnableWeights(path: string, options: ConvertOptions): Promise<string> {
  const { kind, form, cacheFolder, readsAll, onWarning } = options;
  const source = await openWeights(path, kind);
  const isOurs = source.metadata[BLOCKS_MARK] === BLOCKS_VERSION;
  if (isOurs || (form === undefined && ![...source.tensors.values()].some(isInBlocks))) return path;

  const steps = await stepsOf(source, options);
  if (!steps.some(({ isNew }) => isNew)) return path;
  if (cacheFolder === undefined)
    throw weightFault(
      source.path,
      "must be converted once to be run so, and no folder was given to keep that in",
      { error: "unknown-format" },
    );
  const version = await fingerprint(source.path);
  const variant = form ?? "laid-out";
  const name = `${version}-${kind === "transformer" ? variant : `${kind}-${variant}`}`;
  const plan: FilePlan = {
    path: join(cacheFolder, FOLDER, `${name}.safetensors`),
    streams: steps.map(({ wanted, target }) => streamOf(source, wanted, target)),
    metadata: {
      [BLOCKS_MARK]: BLOCKS_VERSION,
      converter: CONVERTER_VERSION,
      source: basename(source.path),
      fingerprint: version,
      variant,
    },
  };
  for (const warning of source.warnings) onWarning?.(warning);
  if (!(await isWhole(plan, readsAll))) {
    await writeResumable(plan, options);
    await note(plan.path);
  }
  return plan.path;
}

interface Step {
  wanted: Wanted;
  target: Target;
  /** whether a session could not make such numbers out of the file as it lies */
  isNew: boolean;
}

async function stepsOf(
  source: WeightSource,
  { kind, graphs, form }: Pick<ConvertOptions, "kind" | "graphs" | "form">,
): Promise<Step[]> {
  const whole = graphs();
  const expected = new Map(whole.flatMap(({ weights }) => [...weights]));
  const matrices = new Set(whole.flatMap((graph) => [...gemmWeights(graph)]));
  const matched = await matchWeights(source, { kind, expected });
  return [...matched].map(([key, pieces]) => {
    const wanted = { key, shape: expected.get(key)!, pieces };
    const isMatrix = matrices.has(key);
    const target = targetOf({ ...wanted, isMatrix, form });
    const inBlocks = pieces.some(({ tensor }) => isInBlocks(tensor));
    const hasForm = isMatrix && form !== undefined;
    return { wanted, target, isNew: target.as !== "copy" && (inBlocks || hasForm) };
  });
}
