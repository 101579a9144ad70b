// The floor: how fast this machine multiplies large matrices through the same runtime, on the processor or
// on any device.
import { InferenceSession, Tensor } from "onnxruntime-node";
import { encode, Graph } from "../src/engine/graph/index.js";
import { type ComputeType, type Device, openGraph } from "../src/engine/runtime/index.js";
import { median, repeat } from "./report.js";

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

const CHAIN = 8;
const RUNS = 5;

/**
 * Floating-point operations a millisecond on a device, in the numbers computed with. The matrices are made
 * there, and are multiplied one after the other: what crosses the bus is one number.
 */
export async function gemmRate(device: Device, compute: ComputeType): Promise<number> {
  const size = device.provider === "cpu" ? SIZE : 8192;
  const g = new Graph();
  const seed = g.input("seed", "F32", [1]);
  const half = g.op("Add", [seed, seed]);
  const matrix = g.op("Expand", [half, g.ints([size, size])]);
  let product = matrix;
  // Halves times halves, by 2 / size, are halves again: no type overflows.
  for (let i = 0; i < CHAIN; i++)
    product = g.op("Gemm", [product, matrix], { transB: 1, alpha: { float: 2 / size } });
  g.output("corner", g.op("Slice", [product, g.ints([0, 0]), g.ints([1, 1]), g.ints([0, 1])]));
  const session = await openGraph(g, { device, compute });
  const run = async () => {
    const start = performance.now();
    await session.run({ seed: { data: Float32Array.of(0.25), dims: [1] } });
    return performance.now() - start;
  };
  await run();
  const ms = median(await repeat(RUNS, run));
  await session.close();
  return (CHAIN * 2 * size ** 3) / ms;
}
