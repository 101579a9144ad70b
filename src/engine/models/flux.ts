// The FLUX transformer. Text and image tokens each have weights of their own in the double blocks and
// share them in the single blocks; every block is modulated by one vector of time, guidance and
// pooled text. The stream that all blocks add to leaves float16's range; what they add does not. Names are
// those of black-forest-labs/flux.
// Linear layers see rows, [B·tokens, C]; everything between them sees [B, tokens, C].
// B batch, L image tokens, S text tokens, C hidden size, H heads of size D.
import { Graph, type GraphOptions, type Value } from "../graph/index.js";
import { gelu } from "../layers/activation.js";
import { attention } from "../layers/attention.js";
import { adaptedLinear, outerLinear } from "../layers/linear.js";
import { modulatedNorm, rmsNormPerHead, type Modulation } from "../layers/norm.js";
import { applyRope, ropeInputs, type Rope } from "../layers/rope.js";
import type { FluxConfig } from "./config.js";
import { conditionOf } from "./flux-modulation.js";

export interface FluxOptions extends GraphOptions {
  /** pages at once */
  batch?: number;
}

/**
 * Inputs: img [B·L, 64], txt [B·S, contextDim], timestep [B] in 0…1, vec [B, vecDim], guidance [B]
 * where embedded, rope_cos and rope_sin [S + L, D/2], and a pair of LoRA matrices for every
 * linear layer that takes them. Output: pred [B·L, 64].
 */
export function fluxTransformer(
  config: FluxConfig,
  { batch = 1, ...options }: FluxOptions = {},
): Graph {
  const g = new Graph(options);
  const { img, txt } = tokenInputs(g, config);
  const timestep = g.input("timestep", "F32", [batch]);
  const pooled = g.input("vec", "F32", [batch, config.vecDim]);
  const rope = ropeInputs(g, config.hiddenSize / config.numHeads);
  const condition = conditionOf(g, { timestep, pooled }, config, batch);
  const modulate: Shared["modulate"] = (linear, out) =>
    linear(g, condition, { in: config.hiddenSize, out });
  allBlocks(g, { img, txt }, { ...config, batch, rope, modulate });
  return g;
}

/**
 * The same without what `fluxModulation` computes, which are its inputs, by their layers' keys: shifts,
 * scales and gates of one step, [1, n·C].
 */
export function fluxBlocks(config: FluxConfig, options: GraphOptions = {}): Graph {
  const g = new Graph(options);
  const streams = tokenInputs(g, config);
  const rope = ropeInputs(g, config.hiddenSize / config.numHeads);
  const modulate: Shared["modulate"] = (_, out) => g.input(g.key(), "F32", [1, out]);
  allBlocks(g, streams, { ...config, batch: 1, rope, modulate });
  return g;
}

const tokenInputs = (g: Graph, { inChannels, contextDim }: FluxConfig): Streams => ({
  img: g.input("img", "F32", ["B·L", inChannels]),
  txt: g.input("txt", "F32", ["B·S", contextDim]),
});

function allBlocks(g: Graph, inputs: Streams, shared: Shared): void {
  const embed = (name: string, x: Value, channels: number) =>
    inBatch(
      g,
      g.scope(name, () => outerLinear(g, x, { in: channels, out: shared.hiddenSize })),
      shared,
    );
  let img = g.tap("img embedded", embed("img_in", inputs.img, shared.inChannels)); // [B, L, C]
  let txt = g.tap("txt embedded", embed("txt_in", inputs.txt, shared.contextDim)); // [B, S, C]
  for (let i = 0; i < shared.depth; i++) {
    g.mark();
    ({ img, txt } = g.scope(`double_blocks.${i}`, () => doubleBlock(g, { img, txt }, shared)));
    g.tap(`img after double_blocks.${i}`, img);
    g.tap(`txt after double_blocks.${i}`, txt);
  }
  const text = txt;
  g.mark();
  let x = g.op("Concat", [txt, img], { axis: 1 }); // [B, S + L, C]
  for (let i = 0; i < shared.depthSingle; i++) {
    x = g.scope(`single_blocks.${i}`, () => singleBlock(g, x, shared));
    g.mark();
  }
  img = g.tap("img after all blocks", takeImg(g, x, text));
  const velocity = g.scope("final_layer", () => finalLayer(g, img, shared));
  g.output("pred", g.tap("velocity", velocity));
}

/** What every block knows. */
type Shared = FluxConfig & {
  batch: number;
  rope: Rope;
  /** what the modulation layer whose scope this is gives, [B, out] */
  modulate: (linear: typeof adaptedLinear, out: number) => Value;
};

interface Streams {
  img: Value;
  txt: Value;
}

function doubleBlock(g: Graph, { img, txt }: Streams, shared: Shared): Streams {
  const { hiddenSize: hidden, rope } = shared;
  const [imgFirst, imgSecond] = modulations(g, "img_mod", shared, 2) as [Gated, Gated];
  const [txtFirst, txtSecond] = modulations(g, "txt_mod", shared, 2) as [Gated, Gated];
  const project = (stream: "img" | "txt", x: Value, modulation: Modulation) =>
    g.scope(`${stream}_attn`, () => {
      const normed = asRows(g, streamNorm(g, x, modulation), hidden);
      const qkv = g.scope("qkv", () => adaptedLinear(g, normed, { in: hidden, out: 3 * hidden }));
      return splitHeads(g, qkv, shared);
    });
  const fromTxt = project("txt", txt, txtFirst);
  const fromImg = project("img", img, imgFirst);
  const join = (a: Value, b: Value) => g.op("Concat", [a, b], { axis: 1 }); // [B, S + L, C]
  const q = applyRope(g, join(fromTxt.q, fromImg.q), rope, shared.numHeads);
  const k = applyRope(g, join(fromTxt.k, fromImg.k), rope, shared.numHeads);
  const mixed = attention(g, q, k, join(fromTxt.v, fromImg.v), shared.numHeads);

  const finish = (stream: "img" | "txt", x: Value, seen: Value, first: Gated, second: Gated) => {
    const rows = asRows(g, seen, hidden);
    const attended = g.scope(`${stream}_attn.proj`, () =>
      adaptedLinear(g, rows, { in: hidden, out: hidden }),
    );
    x = addToStream(g, x, inBatch(g, attended, shared), first);
    const normed = asRows(g, streamNorm(g, x, second), hidden);
    const mlp = g.scope(`${stream}_mlp`, () => feedForward(g, normed, shared));
    return addToStream(g, x, inBatch(g, mlp, shared), second);
  };
  return {
    img: finish("img", img, takeImg(g, mixed, txt), imgFirst, imgSecond),
    txt: finish("txt", txt, takeTxt(g, mixed, txt), txtFirst, txtSecond),
  };
}

function singleBlock(g: Graph, x: Value, shared: Shared): Value {
  const { hiddenSize: hidden, rope } = shared;
  const mlpSize = mlpSizeOf(shared);
  const [modulation] = modulations(g, "modulation", shared, 1) as [Gated];
  const normed = asRows(g, streamNorm(g, x, modulation), hidden);
  const wide = g.scope("linear1", () =>
    adaptedLinear(g, normed, { in: hidden, out: 3 * hidden + mlpSize }),
  );
  const [qkv, mlp] = g.split(wide, 1, [3 * hidden, mlpSize]) as [Value, Value];
  const { q, k, v } = splitHeads(g, qkv, shared);
  const turnedQ = applyRope(g, q, rope, shared.numHeads);
  const turnedK = applyRope(g, k, rope, shared.numHeads);
  const mixed = asRows(g, attention(g, turnedQ, turnedK, v, shared.numHeads), hidden);
  const both = g.op("Concat", [mixed, gelu(g, mlp)], { axis: 1 }); // [B·(S + L), C + mlp]
  const out = g.scope("linear2", () =>
    adaptedLinear(g, both, { in: hidden + mlpSize, out: hidden }),
  );
  return addToStream(g, x, inBatch(g, out, shared), modulation);
}

function finalLayer(g: Graph, img: Value, shared: Shared): Value {
  const hidden = shared.hiddenSize;
  const both = g.scope("adaLN_modulation.1", () => shared.modulate(outerLinear, 2 * hidden));
  const [shift, scale] = splitCondition(g, both, shared, 2) as [Value, Value];
  const normed = asRows(g, streamNorm(g, img, { shift, scale }), hidden);
  return g.scope("linear", () => outerLinear(g, normed, { in: hidden, out: shared.inChannels }));
}

type Gated = Modulation & { gate: Value };

/** Shift, scale and gate, `count` times. */
function modulations(g: Graph, name: string, shared: Shared, count: number): Gated[] {
  const all = g.scope(`${name}.lin`, () =>
    shared.modulate(adaptedLinear, 3 * count * shared.hiddenSize),
  );
  const parts = splitCondition(g, all, shared, 3 * count);
  return Array.from({ length: count }, (_, i) => {
    const [shift, scale, gate] = parts.slice(3 * i) as [Value, Value, Value];
    return { shift, scale, gate };
  });
}

/** q, k, v [B, tokens, C] from qkv [B·tokens, 3C]; q and k normed per head. */
function splitHeads(g: Graph, qkv: Value, shared: Shared): { q: Value; k: Value; v: Value } {
  const { hiddenSize, numHeads } = shared;
  const [q, k, v] = g.split(qkv, 1, [hiddenSize, hiddenSize, hiddenSize]) as [Value, Value, Value];
  const norm = (name: string, x: Value) =>
    inBatch(
      g,
      g.scope(`norm.${name}`, () => rmsNormPerHead(g, x, hiddenSize / numHeads)),
      shared,
    );
  return { q: norm("query_norm", q), k: norm("key_norm", k), v: inBatch(g, v, shared) };
}

function feedForward(g: Graph, x: Value, config: FluxConfig): Value {
  const { hiddenSize } = config;
  const inner = mlpSizeOf(config);
  const wide = g.scope("0", () => adaptedLinear(g, x, { in: hiddenSize, out: inner }));
  return g.scope("2", () => adaptedLinear(g, gelu(g, wide), { in: inner, out: hiddenSize }));
}

const mlpSizeOf = ({ hiddenSize, mlpRatio }: FluxConfig): number =>
  Math.trunc(hiddenSize * mlpRatio);

const streamNorm = (g: Graph, x: Value, modulation: Modulation): Value =>
  g.precise("range", () => modulatedNorm(g, x, modulation));

const addToStream = (g: Graph, x: Value, out: Value, { gate }: Gated): Value =>
  g.precise("range", () => g.op("Add", [x, g.op("Mul", [out, gate])]));

/** [B, n·C] → n times [B, 1, C]; for a batch of one [C], which every provider's norm takes. */
function splitCondition(g: Graph, x: Value, { batch, hiddenSize }: Shared, count: number): Value[] {
  const shape = batch === 1 ? [-1] : [batch, 1, -1];
  const sizes = Array<number>(count).fill(hiddenSize);
  return g.split(g.op("Reshape", [x, g.ints(shape)]), shape.length - 1, sizes);
}

/** [B, tokens, C] → [B·tokens, C] */
const asRows = (g: Graph, x: Value, hidden: number): Value =>
  g.op("Reshape", [x, g.ints([-1, hidden])]);

/** Anything of B·tokens·C numbers → [B, tokens, C] */
const inBatch = (g: Graph, x: Value, { batch, hiddenSize }: Shared): Value =>
  g.op("Reshape", [x, g.ints([batch, -1, hiddenSize])]);

/** The part of x [B, S + L, C] that belongs to the image; txt is [B, S, C]. */
function takeImg(g: Graph, x: Value, txt: Value): Value {
  const end = g.ints([Number.MAX_SAFE_INTEGER]);
  return g.op("Slice", [x, tokenCount(g, txt), end, g.ints([1])]);
}

/** The part of x [B, S + L, C] that belongs to the text; txt is [B, S, C]. */
const takeTxt = (g: Graph, x: Value, txt: Value): Value =>
  g.op("Slice", [x, g.ints([0]), tokenCount(g, txt), g.ints([1])]);

const tokenCount = (g: Graph, x: Value): Value => g.op("Shape", [x], { start: 1, end: 2 });
