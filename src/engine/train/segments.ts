// Training piece by piece. A graph is cut at its marks; each piece runs forward in a session of its own
// and keeps only what it hands on; going back, it computes its inside again and passes the gradients. So
// memory grows with one piece, not with their number.
import { inferShapes, type Graph, type GraphNode, type Known } from "../graph/index.js";
import {
  openGraph,
  openSession,
  type Feed,
  type Outputs,
  type Session,
} from "../runtime/session.js";
import { differentiate } from "./differentiate.js";
import { gradientName, type GradientOptions } from "./gradient-graph.js";
import {
  fitForTraining,
  type GradientResult,
  type GradientSession,
  type GradientSessionOptions,
} from "./gradient-session.js";
import type { Parameter } from "./optimizers/index.js";

/** A value that one piece gives and later ones take. */
export interface Handed {
  name: string;
  dims: readonly number[];
}

export interface Segment {
  /** gives what later pieces take */
  forward: Graph;
  /** takes the gradients of what it gave, and gives those of what it took and of what is trained */
  backward: Graph;
  takes: readonly Handed[];
  /** what later pieces take, or what is an output of the whole */
  gives: readonly Handed[];
}

const handedOn = (name: string): string => `handed on: ${name}`;

/** Cuts a graph that has an output `loss` at its marks. */
export function cutIntoSegments(g: Graph, { wrt, sizeOf }: GradientOptions): Segment[] {
  const known = inferShapes(g, sizeOf);
  const bounds = [0, ...g.marks, g.nodes.length];
  const pieces = bounds
    .slice(1)
    .map((end, i) => g.nodes.slice(bounds[i], end))
    .filter((nodes) => nodes.length > 0);
  const handed = (name: string): Handed => ({ name, dims: known.get(name)!.shape });
  return pieces.map((nodes, i) => {
    const made = new Set(nodes.flatMap(({ outputs }) => outputs));
    const madeBefore = namesOf(pieces.slice(0, i), "outputs");
    const usedLater = namesOf(pieces.slice(i + 1), "inputs");
    const inside = new Set(nodes.flatMap(({ inputs }) => inputs));
    const takes = [...inside].filter((name) => madeBefore.has(name)).map(handed);
    const gives = [...made]
      .filter((name) => usedLater.has(name) || g.outputs.includes(name))
      .map(handed);
    const trained = wrt.filter((name) => inside.has(name));
    return { takes, gives, ...graphsOf(g, nodes, { takes, gives, trained, known }) };
  });
}

const namesOf = (pieces: readonly GraphNode[][], side: "inputs" | "outputs"): Set<string> =>
  new Set(pieces.flatMap((nodes) => nodes.flatMap((node) => node[side])));

function graphsOf(
  g: Graph,
  nodes: readonly GraphNode[],
  {
    takes,
    gives,
    trained,
    known,
  }: Pick<Segment, "takes" | "gives"> & {
    trained: readonly string[];
    known: ReadonlyMap<string, Known>;
  },
): Pick<Segment, "forward" | "backward"> {
  const open = () => {
    const part = g.part(nodes);
    for (const { name, dims } of takes) part.input(name, "F32", [...dims]);
    return part;
  };
  const forward = open();
  for (const { name } of gives) forward.output(handedOn(name), { name });
  const backward = open();
  const seeds = new Map(
    gives.map(({ name, dims }) => [name, backward.input(gradientName(name), "F32", [...dims])]),
  );
  const wanted = [...takes.map(({ name }) => name), ...trained];
  for (const [name, gradient] of differentiate(backward, seeds, wanted, known))
    backward.output(gradientName(name), gradient);
  return { forward, backward };
}

export interface SegmentOptions extends GradientSessionOptions {
  /** keep the sessions between runs: faster, and the weights of every piece stay in memory */
  keepOpen?: boolean;
}

/** Runs like a session on the whole graph with gradients. */
export function openSegments(
  segments: readonly Segment[],
  parameters: readonly Parameter[],
  { keepOpen = false, ...options }: SegmentOptions = {},
): GradientSession {
  const fixed = Object.fromEntries(
    parameters.map(({ name, value, shape }) => [name, { data: value, dims: shape }]),
  );
  const sessions = new Map<Graph, Session>();
  const runPart = async (graph: Graph, values: Record<string, Feed>): Promise<Outputs> => {
    const session = sessions.get(graph) ?? (await openPart(graph, options));
    if (keepOpen) sessions.set(graph, session);
    try {
      return await session.run(pick(values, graph));
    } finally {
      if (!keepOpen) await session.close();
    }
  };
  return {
    async run(feeds): Promise<GradientResult> {
      const values: Record<string, Feed> = { ...fixed, ...feeds };
      const outputs: Outputs = {};
      for (const { forward, gives } of segments) {
        const results = await runPart(forward, values);
        for (const { name, dims } of gives) {
          outputs[name] = results[handedOn(name)]!;
          values[name] = { data: outputs[name], dims };
        }
      }
      const arriving = new Map([["loss", Float32Array.of(1)]]);
      const gradients = new Map<string, Float32Array>();
      for (const { backward, gives, takes } of segments.toReversed()) {
        if (backward.outputs.length === 0) continue; // nothing in it or before it is trained
        for (const { name, dims } of gives) {
          const data = arriving.get(name) ?? new Float32Array(outputs[name]!.length);
          values[gradientName(name)] = { data, dims };
        }
        const taken = new Set(takes.map(({ name }) => name));
        for (const [output, data] of Object.entries(await runPart(backward, values))) {
          const name = output.slice(gradientName("").length);
          addTo(taken.has(name) ? arriving : gradients, name, data);
        }
      }
      return { outputs: { loss: outputs.loss! }, gradients };
    },
    close: async () => {
      for (const session of sessions.values()) await session.close();
      sessions.clear();
    },
  };
}

async function openPart(
  graph: Graph,
  { weightsPath, ...options }: GradientSessionOptions,
): Promise<Session> {
  const fitted = fitForTraining(graph, options.device);
  if (weightsPath === undefined || graph.weights.size === 0) return openGraph(fitted, options);
  return openSession(fitted, weightsPath, { ...options, owns: (key) => graph.weights.has(key) });
}

function pick(values: Record<string, Feed>, graph: Graph): Record<string, Feed> {
  return Object.fromEntries(
    graph.inputs.map(({ name }) => {
      const value = values[name];
      if (value === undefined) throw new Error(`segments: nothing was fed for ${name}`);
      return [name, value];
    }),
  );
}

/** Gradients that arrive at one value from several pieces add up. */
function addTo(sums: Map<string, Float32Array>, name: string, data: Float32Array): void {
  const sum = sums.get(name);
  if (sum === undefined) sums.set(name, data);
  else for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + data[i]!;
}
