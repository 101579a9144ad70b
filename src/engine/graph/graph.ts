// ONNX as code: a network is a function that calls ops on a `Graph`. Scopes make the checkpoint key,
// so that weights, LoRA and errors share one name. The graph knows no file and no weight dtype: it
// only says which keys of which shapes it needs; `encode` binds them to where they lie.
import type { HalfType } from "./types.js";

/** A tensor in the graph, by its unique name. */
export interface Value {
  readonly name: string;
}

/** A dimension: a size, or the name of one that is known only when the graph runs. */
export type Dim = number | string;
export type InputType = "F32" | "I64";
export type Attribute = number | string | readonly number[] | { float: number };

/**
 * What a node needs of float32: its digits, which no type of 16 bits has; or its range, which float16 alone
 * has not.
 */
export type Need = "digits" | "range";

export interface GraphNode {
  op: string;
  /** "" is ONNX itself */
  domain: "" | "com.microsoft";
  inputs: string[];
  outputs: string[];
  attributes: Record<string, Attribute>;
  /** absent: numbers of 16 bits do */
  needs?: Need;
}

export interface GraphInput {
  name: string;
  type: InputType;
  dims: Dim[];
}

export interface GraphConstant {
  name: string;
  type: InputType;
  dims: number[];
  data: Float32Array | BigInt64Array;
}

/** A linear layer that takes a LoRA branch: the released name of the module, its checkpoint key, its size. */
export interface LowRankModule {
  name: string;
  layer: string;
  inFeatures: number;
  outFeatures: number;
}

/** Which linear layers take a LoRA branch: those of the blocks, or those before and behind them too. */
export type LoraReach = "blocks" | "all";

/** A LoRA branch out of weights: y += Σ scale · (x Aᵀ) Bᵀ in some rows of y. */
export interface BakedBranch {
  /** names of weights */
  down: string;
  ups: { key: string; scale: number }[];
  rank: number;
  /** first and last row, the last one not included */
  rows: readonly [number, number];
  /** the halves of B's rows stand the other way round */
  swapsHalves: boolean;
}

export interface GraphOptions {
  takesLora?: false | LoraReach;
  /** by module: branches out of weights; without it A and B of each module come in by inputs */
  bakedLora?: ReadonlyMap<string, readonly BakedBranch[]> | undefined;
}

export class Graph {
  readonly nodes: GraphNode[] = [];
  readonly inputs: GraphInput[] = [];
  readonly outputs: string[] = [];
  readonly constants: GraphConstant[] = [];
  /** checkpoint key → shape */
  readonly weights = new Map<string, number[]>();
  readonly lowRankModules: LowRankModule[] = [];
  /** weights and values that are not float32; all are, until a graph is lowered */
  readonly halves = new Map<string, HalfType>();
  /** where the graph may be cut: how many nodes stood before each mark */
  readonly marks: number[] = [];
  /** values that have a name by which pieces of the graph can be asked for */
  readonly taps = new Map<string, Value>();
  readonly takesLora: false | LoraReach;
  readonly bakedLora: GraphOptions["bakedLora"];
  #path: string[] = [];
  #need: Need | undefined;
  #count = 0;

  constructor({ takesLora = "blocks", bakedLora }: GraphOptions = {}) {
    this.takesLora = takesLora;
    this.bakedLora = bakedLora;
  }

  /** Runs `build` one level deeper: keys inside begin with `name.` */
  scope<T>(name: string, build: () => T): T {
    this.#path.push(name);
    try {
      return build();
    } finally {
      this.#path.pop();
    }
  }

  /** Runs `build`, whose nodes stay in float32 where the graph is lowered to a type that does not meet the need. */
  precise<T>(need: Need | undefined, build: () => T): T {
    const before = this.#need;
    this.#need = need;
    try {
      return build();
    } finally {
      this.#need = before;
    }
  }

  /** Says that the graph may be cut here: training computes a piece again instead of keeping all of it. */
  mark(): void {
    this.marks.push(this.nodes.length);
  }

  /** Gives a value a name by which it is found from outside. */
  tap(name: string, value: Value): Value {
    this.taps.set(name, value);
    return value;
  }

  /** A graph of some of the nodes, with those inputs, constants and weights that they use. */
  part(nodes: readonly GraphNode[]): Graph {
    const used = new Set(nodes.flatMap(({ inputs }) => inputs));
    const part = new Graph({ takesLora: this.takesLora, bakedLora: this.bakedLora });
    part.nodes.push(...nodes.map((node) => ({ ...node, outputs: [...node.outputs] })));
    part.inputs.push(...this.inputs.filter(({ name }) => used.has(name)));
    part.constants.push(...this.constants.filter(({ name }) => used.has(name)));
    for (const [key, shape] of this.weights) if (used.has(key)) part.weights.set(key, shape);
    part.#count = this.#count;
    return part;
  }

  /** The same graph without its nodes, for who writes them anew. */
  emptied(): Graph {
    const empty = this.part([]);
    empty.inputs.push(...this.inputs);
    empty.constants.push(...this.constants);
    empty.outputs.push(...this.outputs);
    for (const [key, shape] of this.weights) empty.weights.set(key, shape);
    return empty;
  }

  /** The checkpoint key of `name` here; without a name, of the scope itself. */
  key(name?: string): string {
    return (name === undefined ? this.#path : [...this.#path, name]).join(".");
  }

  input(name: string, type: InputType, dims: Dim[]): Value {
    this.inputs.push({ name, type, dims });
    return { name };
  }

  output(name: string, value: Value): void {
    this.nodes.push({
      op: "Identity",
      domain: "",
      inputs: [value.name],
      outputs: [name],
      attributes: {},
    });
    this.outputs.push(name);
  }

  /** A tensor of the checkpoint, float32 in the graph whatever its file holds, until that is lowered. */
  weight(name: string, shape: number[]): Value {
    return this.weightAt(this.key(name), shape);
  }

  /** The same by its whole key, wherever the graph is being built. */
  weightAt(key: string, shape: number[]): Value {
    const known = this.weights.get(key);
    if (known !== undefined && known.join() !== shape.join())
      throw new Error(`weight ${key}: used as [${known.join()}] and as [${shape.join()}]`);
    this.weights.set(key, shape);
    return { name: key };
  }

  /** A float32 tensor stored in the graph itself. */
  floats(data: readonly number[] | Float32Array, dims: number[] = [data.length]): Value {
    return this.#constant("F32", dims, Float32Array.from(data));
  }

  /** An int64 tensor stored in the graph itself: shapes, axes, indexes. */
  ints(data: readonly number[], dims: number[] = [data.length]): Value {
    return this.#constant("I64", dims, BigInt64Array.from(data, BigInt));
  }

  /** One node with one output. `null` leaves an optional input out. */
  op(op: string, inputs: (Value | null)[], attributes: Record<string, Attribute> = {}): Value {
    return this.#node("", op, inputs, attributes, 1)[0] as Value;
  }

  /** One node of the runtime's own domain, com.microsoft, with one output. */
  microsoft(
    op: string,
    inputs: (Value | null)[],
    attributes: Record<string, Attribute> = {},
  ): Value {
    return this.#node("com.microsoft", op, inputs, attributes, 1)[0] as Value;
  }

  /** Cuts `x` along `axis` into pieces of the given sizes. */
  split(x: Value, axis: number, sizes: number[]): Value[] {
    return this.#node("", "Split", [x, this.ints(sizes)], { axis }, sizes.length);
  }

  #node(
    domain: GraphNode["domain"],
    op: string,
    inputs: (Value | null)[],
    attributes: Record<string, Attribute>,
    outputs: number,
  ): Value[] {
    const values = Array.from({ length: outputs }, () => ({ name: this.#unique(op) }));
    this.nodes.push({
      op,
      domain,
      inputs: inputs.map((input) => input?.name ?? ""),
      outputs: values.map((value) => value.name),
      attributes,
      ...(this.#need && { needs: this.#need }),
    });
    return values;
  }

  #constant(type: InputType, dims: number[], data: Float32Array | BigInt64Array): Value {
    const name = this.#unique("constant");
    this.constants.push({ name, type, dims, data });
    return { name };
  }

  #unique(what: string): string {
    return `${this.key()}/${what}:${this.#count++}`;
  }
}
