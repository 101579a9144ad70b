// What stands beside the weights of an fp8 file: scales, in two spellings, and marks that say which
// format they are in. weight = stored value · scale; the input's scale matters only where activations
// become fp8, which they do not here.
import { z } from "zod";
import { shortKey, weightFault } from "./fault.js";
import { filePath, type SourceTensor, type WeightSource } from "./source.js";
import { openWeightFile, readAt } from "./weight-file.js";

export type Tensors = ReadonlyMap<string, SourceTensor>;

const scaleNames = ["scale_weight", "weight_scale"];
/** beside a weight that is there, these change nothing */
const silentNames = new Set(["scale_input", "input_scale", "comfy_quant"]);
const MARKER = "scaled_fp8";
const LISTED = "_quantization_metadata";

const knownFormats = new Set(["float8_e4m3fn", "float8_e5m2"]);
const formatSchema = z.object({ format: z.string() });
const layersSchema = z.object({ layers: z.record(z.string(), formatSchema) });
/** a mark is a few words of JSON */
const MAX_MARK_BYTES = 4096;

/** The tensor that a stored weight is multiplied by. */
export function scaleOf(
  tensors: Tensors,
  name: string,
): { name: string; tensor: SourceTensor } | undefined {
  const layer = /^(.*)\.weight$/.exec(name)?.[1];
  if (layer === undefined) return undefined;
  for (const scale of scaleNames) {
    const tensor = tensors.get(`${layer}.${scale}`);
    if (tensor !== undefined) return { name: `${layer}.${scale}`, tensor };
  }
  return undefined;
}

/** Whether a tensor says something of the weights beside it that need not be known. */
export function isMark(tensors: Tensors, name: string): boolean {
  if (name === MARKER) return true;
  const dot = name.lastIndexOf(".");
  return silentNames.has(name.slice(dot + 1)) && tensors.has(`${name.slice(0, dot)}.weight`);
}

/**
 * Holds the marks of layers against what is understood.
 * @param tensors - the network's own, `prefix` taken off
 * @throws EngineError `bad_weights` naming a layer in a format of another kind, or without its scale
 */
export async function checkFormats(
  source: WeightSource,
  tensors: Tensors,
  prefix: string,
): Promise<void> {
  const refuse = (layer: string, format: string) => {
    throw weightFault(
      source.path,
      `has ${shortKey(layer)} in the format ${format.slice(0, 40)}; ${[...knownFormats].join(" and ")} are understood: get the file in one of those`,
      { error: "unknown-format", tensor: `${prefix}${layer}.weight` },
    );
  };
  for (const [layer, format] of listedFormats(source, prefix)) {
    if (!tensors.has(`${layer}.weight`)) continue;
    if (!knownFormats.has(format)) refuse(layer, format);
    if (scaleOf(tensors, `${layer}.weight`) === undefined)
      throw weightFault(source.path, `says that ${shortKey(layer)} is scaled, and has no scale`, {
        error: "missing-tensor",
        tensor: `${prefix}${layer}.weight_scale`,
      });
  }
  for (const [name, tensor] of tensors)
    if (name.endsWith(".comfy_quant")) {
      const format = parsed(formatSchema, await readMark(source, tensor))?.format ?? "unreadable";
      if (!knownFormats.has(format)) refuse(name.slice(0, name.lastIndexOf(".")), format);
    }
}

function listedFormats({ path, metadata }: WeightSource, prefix: string): [string, string][] {
  const text = metadata[LISTED];
  if (text === undefined) return [];
  const listed = parsed(layersSchema, text);
  if (listed === undefined)
    throw weightFault(path, `has a header text ${LISTED} that lists no layers`, {
      error: "unknown-format",
    });
  return Object.entries(listed.layers).map(([layer, { format }]) => [
    layer.startsWith(prefix) ? layer.slice(prefix.length) : layer,
    format,
  ]);
}

async function readMark(source: WeightSource, tensor: SourceTensor): Promise<string> {
  const file = await openWeightFile(filePath(source, tensor));
  try {
    const bytes = await readAt(file, tensor.offset, Math.min(tensor.length, MAX_MARK_BYTES));
    return bytes.toString();
  } finally {
    await file.close();
  }
}

function parsed<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
