// The FLUX transformer. Text and image tokens each have weights of their own in the double blocks and
// share them in the single blocks; every block is modulated by one vector of time, guidance and
// pooled text. Names are those of black-forest-labs/flux.
// L image tokens, S text tokens, C hidden size, H heads of size D.
import { Graph, type Value } from "../graph/index.js";
import { gelu, silu } from "../layers/activation.js";
import { attention } from "../layers/attention.js";
import { adaptedLinear, linear } from "../layers/linear.js";
import { modulatedNorm, rmsNormPerHead, type Modulation } from "../layers/norm.js";
import { applyRope, ropeInputs, type Rope } from "../layers/rope.js";
import type { FluxConfig } from "./config.js";

/** Size of the sinusoidal embeddings of time and guidance. */
const EMBEDDING = 256;

/**
 * Inputs: img [L, 64], txt [S, contextDim], timestep [1] in 0…1, vec [1, vecDim], guidance [1] where
 * embedded, rope_cos and rope_sin [S + L, D/2], and a pair of LoRA matrices for every linear layer of
 * the blocks. Output: pred [L, 64].
 */
export function fluxTransformer(config: FluxConfig): Graph {
  const g = new Graph();
  const hidden = config.hiddenSize;
  const imgIn = g.input("img", "F32", ["L", config.inChannels]);
  const txtIn = g.input("txt", "F32", ["S", config.contextDim]);
  const timestep = g.input("timestep", "F32", [1]);
  const pooled = g.input("vec", "F32", [1, config.vecDim]);
  const rope = ropeInputs(g, hidden / config.numHeads);

  let vec = g.scope("time_in", () => embedder(g, sinusoid(g, timestep), EMBEDDING, hidden));
  if (config.guidanceEmbed) {
    const guidance = sinusoid(g, g.input("guidance", "F32", [1]));
    vec = add(
      g,
      vec,
      g.scope("guidance_in", () => embedder(g, guidance, EMBEDDING, hidden)),
    );
  }
  vec = add(
    g,
    vec,
    g.scope("vector_in", () => embedder(g, pooled, config.vecDim, hidden)),
  );
  const condition = silu(g, vec); // [1, C]

  let img = g.scope("img_in", () => linear(g, imgIn, { in: config.inChannels, out: hidden }));
  let txt = g.scope("txt_in", () => linear(g, txtIn, { in: config.contextDim, out: hidden }));
  for (let i = 0; i < config.depth; i++)
    ({ img, txt } = g.scope(`double_blocks.${i}`, () =>
      doubleBlock(g, { img, txt }, condition, rope, config),
    ));
  let x = g.op("Concat", [txt, img], { axis: 0 }); // [S + L, C]
  for (let i = 0; i < config.depthSingle; i++)
    x = g.scope(`single_blocks.${i}`, () => singleBlock(g, x, condition, rope, config));
  img = takeImg(g, x, txtIn);
  g.output(
    "pred",
    g.scope("final_layer", () => finalLayer(g, img, condition, config)),
  );
  return g;
}

interface Streams {
  img: Value;
  txt: Value;
}

function doubleBlock(
  g: Graph,
  { img, txt }: Streams,
  condition: Value,
  rope: Rope,
  config: FluxConfig,
): Streams {
  const hidden = config.hiddenSize;
  const [imgFirst, imgSecond] = modulations(g, "img_mod", condition, hidden, 2) as [Gated, Gated];
  const [txtFirst, txtSecond] = modulations(g, "txt_mod", condition, hidden, 2) as [Gated, Gated];
  const project = (stream: "img" | "txt", x: Value, modulation: Modulation) =>
    g.scope(`${stream}_attn`, () => {
      const normed = modulatedNorm(g, x, modulation);
      const qkv = g.scope("qkv", () => adaptedLinear(g, normed, { in: hidden, out: 3 * hidden }));
      return splitHeads(g, qkv, config);
    });
  const fromTxt = project("txt", txt, txtFirst);
  const fromImg = project("img", img, imgFirst);
  const join = (a: Value, b: Value) => g.op("Concat", [a, b], { axis: 1 }); // [1, S + L, C]
  const q = applyRope(g, join(fromTxt.q, fromImg.q), rope, config.numHeads);
  const k = applyRope(g, join(fromTxt.k, fromImg.k), rope, config.numHeads);
  const mixed = asRows(g, attention(g, q, k, join(fromTxt.v, fromImg.v), config.numHeads), hidden);

  const finish = (stream: "img" | "txt", x: Value, seen: Value, gate: Value, second: Gated) => {
    const attended = g.scope(`${stream}_attn.proj`, () =>
      adaptedLinear(g, seen, { in: hidden, out: hidden }),
    );
    x = add(g, x, g.op("Mul", [attended, gate]));
    const normed = modulatedNorm(g, x, second);
    const mlp = g.scope(`${stream}_mlp`, () => feedForward(g, normed, config));
    return add(g, x, g.op("Mul", [mlp, second.gate]));
  };
  return {
    img: finish("img", img, takeImg(g, mixed, txt), imgFirst.gate, imgSecond),
    txt: finish("txt", txt, takeTxt(g, mixed, txt), txtFirst.gate, txtSecond),
  };
}

function singleBlock(g: Graph, x: Value, condition: Value, rope: Rope, config: FluxConfig): Value {
  const hidden = config.hiddenSize;
  const mlpSize = mlpSizeOf(config);
  const [modulation] = modulations(g, "modulation", condition, hidden, 1) as [Gated];
  const normed = modulatedNorm(g, x, modulation);
  const wide = g.scope("linear1", () =>
    adaptedLinear(g, normed, { in: hidden, out: 3 * hidden + mlpSize }),
  );
  const [qkv, mlp] = g.split(wide, 1, [3 * hidden, mlpSize]) as [Value, Value];
  const { q, k, v } = splitHeads(g, qkv, config);
  const turnedQ = applyRope(g, q, rope, config.numHeads);
  const turnedK = applyRope(g, k, rope, config.numHeads);
  const mixed = asRows(g, attention(g, turnedQ, turnedK, v, config.numHeads), hidden);
  const both = g.op("Concat", [mixed, gelu(g, mlp)], { axis: 1 }); // [S + L, C + mlp]
  const out = g.scope("linear2", () =>
    adaptedLinear(g, both, { in: hidden + mlpSize, out: hidden }),
  );
  return add(g, x, g.op("Mul", [out, modulation.gate]));
}

function finalLayer(g: Graph, img: Value, condition: Value, config: FluxConfig): Value {
  const hidden = config.hiddenSize;
  const both = g.scope("adaLN_modulation.1", () =>
    linear(g, condition, { in: hidden, out: 2 * hidden }),
  );
  const [shift, scale] = splitVector(g, both, hidden, 2) as [Value, Value];
  const normed = modulatedNorm(g, img, { shift, scale });
  return g.scope("linear", () => linear(g, normed, { in: hidden, out: config.inChannels }));
}

type Gated = Modulation & { gate: Value };

/** Shift, scale and gate, each [C], `count` times, from the condition [1, C]. */
function modulations(
  g: Graph,
  name: string,
  condition: Value,
  hidden: number,
  count: number,
): Gated[] {
  const all = g.scope(`${name}.lin`, () =>
    adaptedLinear(g, condition, { in: hidden, out: 3 * count * hidden }),
  );
  const parts = splitVector(g, all, hidden, 3 * count);
  return Array.from({ length: count }, (_, i) => {
    const [shift, scale, gate] = parts.slice(3 * i) as [Value, Value, Value];
    return { shift, scale, gate };
  });
}

/** q, k, v of [1, tokens, C] from qkv [tokens, 3C]; q and k normed per head. */
function splitHeads(
  g: Graph,
  qkv: Value,
  { hiddenSize, numHeads }: FluxConfig,
): { q: Value; k: Value; v: Value } {
  const [q, k, v] = g.split(qkv, 1, [hiddenSize, hiddenSize, hiddenSize]) as [Value, Value, Value];
  const norm = (name: string, x: Value) =>
    g.scope(`norm.${name}`, () => rmsNormPerHead(g, x, numHeads, hiddenSize / numHeads));
  return {
    q: norm("query_norm", q),
    k: norm("key_norm", k),
    v: g.op("Reshape", [v, g.ints([1, -1, hiddenSize])]),
  };
}

function feedForward(g: Graph, x: Value, config: FluxConfig): Value {
  const { hiddenSize } = config;
  const inner = mlpSizeOf(config);
  const wide = g.scope("0", () => adaptedLinear(g, x, { in: hiddenSize, out: inner }));
  return g.scope("2", () => adaptedLinear(g, gelu(g, wide), { in: inner, out: hiddenSize }));
}

/** Two layers with SiLU between, for time, guidance and pooled text. */
function embedder(g: Graph, x: Value, from: number, hidden: number): Value {
  const inner = g.scope("in_layer", () => linear(g, x, { in: from, out: hidden }));
  return g.scope("out_layer", () => linear(g, silu(g, inner), { in: hidden, out: hidden }));
}

/** cos and sin of 1000·t at 128 falling frequencies; [1] → [1, 256]. Rounded where the original rounds. */
function sinusoid(g: Graph, t: Value): Value {
  const half = EMBEDDING / 2;
  const frequencies = Array.from({ length: half }, (_, i) =>
    Math.exp(Math.fround(Math.fround(-Math.log(10000)) * i) / half),
  );
  const scaled = g.op("Mul", [g.op("Reshape", [t, g.ints([1, 1])]), g.floats([1000])]);
  const angles = g.op("Mul", [scaled, g.floats(frequencies)]);
  return g.op("Concat", [g.op("Cos", [angles]), g.op("Sin", [angles])], { axis: 1 });
}

const mlpSizeOf = ({ hiddenSize, mlpRatio }: FluxConfig): number =>
  Math.trunc(hiddenSize * mlpRatio);

const add = (g: Graph, a: Value, b: Value): Value => g.op("Add", [a, b]);

/** [1, n·C] → n times [C] */
const splitVector = (g: Graph, x: Value, hidden: number, count: number): Value[] =>
  g.split(g.op("Reshape", [x, g.ints([-1])]), 0, Array<number>(count).fill(hidden));

/** [1, tokens, C] → [tokens, C] */
const asRows = (g: Graph, x: Value, hidden: number): Value =>
  g.op("Reshape", [x, g.ints([-1, hidden])]);

/** The rows of x [S + L, C] that belong to the image; txt has S rows. */
function takeImg(g: Graph, x: Value, txt: Value): Value {
  const end = g.ints([Number.MAX_SAFE_INTEGER]);
  return g.op("Slice", [x, rowCount(g, txt), end, g.ints([0])]);
}

/** The rows of x [S + L, C] that belong to the text; txt has S rows. */
const takeTxt = (g: Graph, x: Value, txt: Value): Value =>
  g.op("Slice", [x, g.ints([0]), rowCount(g, txt), g.ints([0])]);

const rowCount = (g: Graph, x: Value): Value => g.op("Shape", [x], { start: 0, end: 1 });
