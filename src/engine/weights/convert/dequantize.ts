// The plain numbers that a converted file stands for.
import { toFloats, type FloatType } from "../floats.js";
import { openWeights, type SourceTensor } from "../source.js";
import type { TensorToWrite } from "../write.js";
import { blockValues } from "./blocks.js";
import { tensorBytes } from "./values.js";

export async function plainNumbers(path: string): Promise<Map<string, TensorToWrite>> {
  const source = await openWeights(path);
  const floats = async (tensor: SourceTensor): Promise<Float32Array> => {
    const bytes = await tensorBytes(source, tensor);
    return toFloats(tensor.dtype as FloatType, new Uint8Array(bytes).buffer);
  };
  const numbers = new Map<string, TensorToWrite>();
  for (const [name, tensor] of source.tensors) {
    const { shape, blocks } = tensor;
    if (blocks === undefined) {
      numbers.set(name, { shape, data: await floats(tensor) });
      continue;
    }
    const { bits, quants, scales, zeroPoints } = blocks;
    const data = blockValues({
      bits,
      quants: await tensorBytes(source, quants),
      scales: await floats(scales),
      ...(zeroPoints && { zeroPoints: await floats(zeroPoints) }),
    });
    numbers.set(name, { shape, data });
  }
  return numbers;
}
