// The floor: how fast this machine multiplies large float32 matrices through the same runtime.
import { InferenceSession, Tensor } from "onnxruntime-node";
import { encode, Graph } from "../src/engine/graph/index.js";

const SIZE = 1024;
export const GEMM_FLOP = 2 * SIZE ** 3;

/** @returns a function that multiplies once and says how long it took, in ms */
export async function openGemm(): Promise<() => Promise<number>> {
  const g = new Graph();
  const [a, b] = ["a", "b"].map((name) => g.input(name, "F32", [SIZE, SIZE]));
  g.output("c", g.op("Gemm", [a!, b!]));
  const model = encode(g, (key) => {
    throw new Error(`no weights here: ${key}`);
  });
  const session = await InferenceSession.create(model);
  const matrix = new Tensor("float32", new Float32Array(SIZE * SIZE).fill(0.5), [SIZE, SIZE]);
  return async () => {
    const start = performance.now();
    await session.run({ a: matrix, b: matrix });
    return performance.now() - start;
  };
}
