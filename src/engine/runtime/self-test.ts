// What a device has to compute rightly before it is trusted: a matrix product, and attention at the head
// sizes of the text encoders, the transformer and the autoencoder, against the processor's result.
// Attention has 96 tokens: there are devices whose fused op is wrong from 32 tokens on, and says nothing.
import { Graph, type Value } from "../graph/index.js";
import { attention } from "../layers/attention.js";
import { type Device, processor, type Provider } from "./device.js";
import { type Feed, openGraph } from "./session.js";

const TOKENS = 96;
const HEADS = 2;
const HEAD_SIZES = [64, 128, 512];
const WIDTH = 256;
/** Relative RMS. bf16, the coarsest type, stays below half of it; a wrong op is far above. */
const LIMIT = 0.01;

/** What graphs compute in, and ONNX's number of it. */
const computeTypes = { f32: 1, f16: 10, bf16: 16 } as const;
export type ComputeType = keyof typeof computeTypes;

export interface Finding {
  /** the types in which the device computes rightly; none: it is of no use */
  computes: ComputeType[];
  attention: Device["attention"];
  /** what was found, in words */
  found: string;
}

/** Throws what the runtime throws where the device cannot be opened. */
export async function selfTest(provider: Provider, deviceId = 0): Promise<Finding> {
  const fused: Device = { provider, deviceId, attention: "fused" };
  const productError = await errorOf(productGraph, "f32", fused);
  if (!(productError <= LIMIT))
    return {
      computes: [],
      attention: "fused",
      found: `matrix products are off by ${percent(productError)}`,
    };
  const computes: ComputeType[] = ["f32"];
  for (const type of ["f16", "bf16"] as const)
    if ((await errorOf(productGraph, type, fused).catch(() => Infinity)) <= LIMIT)
      computes.push(type);
  const fusedError = await attentionError(fused, computes);
  if (fusedError <= LIMIT)
    return { computes, attention: "fused", found: "products and fused attention are right" };
  const plainError = await attentionError({ ...fused, attention: "plain" }, computes);
  const found = `fused attention is off by ${percent(fusedError)}, plain attention`;
  return plainError <= LIMIT
    ? { computes, attention: "plain", found: `${found} is right and takes its place` }
    : { computes: [], attention: "plain", found: `${found} by ${percent(plainError)}` };
}

/** The worst of all head sizes and types. */
async function attentionError(device: Device, types: ComputeType[]): Promise<number> {
  const errors: number[] = [];
  for (const type of types)
    for (const size of HEAD_SIZES)
      errors.push(await errorOf((t) => attentionGraph(size, t), type, device));
  return Math.max(...errors);
}

const percent = (error: number): string => `${(100 * error).toPrecision(2)} %`;

/** RMS of the difference to the processor's result, over RMS of that; NaN where there is NaN. */
async function errorOf(
  build: (type: ComputeType) => Graph,
  type: ComputeType,
  device: Device,
): Promise<number> {
  const graph = build(type);
  const feeds = Object.fromEntries(
    graph.inputs.map(({ name, dims }, i) => [name, waves(dims as number[], i)]),
  );
  const expected = await outputOf(build("f32"), processor, feeds);
  const actual = await outputOf(graph, device, feeds);
  const squares = expected.reduce((sum, value, i) => sum + (value - actual[i]!) ** 2, 0);
  return Math.sqrt(squares / expected.reduce((sum, value) => sum + value ** 2, 0));
}

async function outputOf(
  graph: Graph,
  device: Device,
  feeds: Record<string, Feed>,
): Promise<Float32Array> {
  const session = await openGraph(graph, { device });
  const { y } = await session.run(feeds);
  await session.close();
  return y!;
}

/** Numbers in −1…1 that repeat nowhere. */
function waves(dims: number[], phase: number): Feed {
  const count = dims.reduce((product, size) => product * size, 1);
  return { data: Float32Array.from({ length: count }, (_, i) => Math.sin(i * i + phase)), dims };
}

function productGraph(type: ComputeType): Graph {
  const shapes = { x: [TOKENS, WIDTH], weight: [2 * WIDTH, WIDTH], bias: [2 * WIDTH] };
  return graphIn(type, shapes, (g, inputs) => g.op("Gemm", inputs, { transB: 1 }));
}

function attentionGraph(headSize: number, type: ComputeType): Graph {
  const shape = [1, TOKENS, HEADS * headSize];
  return graphIn(type, { q: shape, k: shape, v: shape }, (g, [q, k, v]) =>
    attention(g, q!, k!, v!, HEADS),
  );
}

/** Inputs and the output `y` are float32, what is between them is of the type. */
function graphIn(
  type: ComputeType,
  shapes: Record<string, number[]>,
  build: (g: Graph, inputs: Value[]) => Value,
): Graph {
  const g = new Graph();
  const cast = (x: Value, to: ComputeType) => g.op("Cast", [x], { to: computeTypes[to] });
  const inputs = Object.entries(shapes).map(([name, dims]) => g.input(name, "F32", dims));
  const y = build(
    g,
    inputs.map((input) => cast(input, type)),
  );
  g.output("y", cast(y, "f32"));
  return g;
}
