// The only importer of onnxruntime-node: a graph bound to its weights, ready to run.
import { InferenceSession, Tensor } from "onnxruntime-node";
import { encode, lowered, type Graph, type WeightBinding } from "../graph/index.js";
import { withPlainAttention } from "../layers/plain-attention.js";
import { bindWeights, type BindOptions } from "../weights/bind.js";
import { bindBaked } from "../weights/lora/index.js";
import { type Device, processor, runtimeOptions } from "./device.js";
import type { ComputeType } from "./self-test.js";

/** A number array with its shape, going into a session. */
export interface Feed {
  data: Float32Array | BigInt64Array;
  dims: readonly number[];
}

export type Outputs = Record<string, Float32Array>;

export interface Session {
  /** names */
  inputs: readonly string[];
  /** Runs the graph and returns its outputs by name. Blocks the thread meanwhile. */
  run(feeds: Record<string, Feed>): Promise<Outputs>;
  close(): Promise<void>;
}

export interface RunOptions {
  /** where it runs; the processor by default */
  device?: Device;
  /** what is computed with; inputs and outputs are float32 in any case */
  compute?: ComputeType;
  /**
   * weights lie in memory as they are stored, and are cast at every run; else they are cast once, which is
   * the faster where they fit
   */
  castsWhenRun?: boolean;
  /** threads of one operator; undefined: the runtime's choice, every core */
  threads?: number | undefined;
}

export type SessionOptions = RunOptions & BindOptions;

/** Biases, norms and constants are cast once in any case. */
const FOLDED_BYTES = 2 ** 18;

/**
 * Opens a graph on a file or a folder of weights, which are mapped from where they lie.
 * @throws EngineError when the file is broken or does not fit
 */
export async function openSession(
  graph: Graph,
  weightsPath: string,
  options: SessionOptions = {},
): Promise<Session> {
  const fitted = fit(graph, options);
  const { root, bind } = await bindWeights(fitted, weightsPath, options);
  const loras = options.baked && (await bindBaked(options.baked, root));
  return createSession(fitted, (key) => loras?.get(key) ?? bind(key), options, root);
}

/** Opens a graph that has no weights: everything comes in by its inputs. */
export async function openGraph(graph: Graph, options: RunOptions = {}): Promise<Session> {
  const noWeights = (key: string) => {
    throw new Error(`openGraph: the graph has a weight, ${key}`);
  };
  return createSession(fit(graph, options), noWeights, options);
}

const halfOf = { f16: "F16", bf16: "BF16" } as const;

/** The graph as the device can run it. */
function fit(graph: Graph, { device = processor, compute = "f32" }: RunOptions): Graph {
  const written = device.attention === "plain" ? withPlainAttention(graph) : graph;
  return compute === "f32" ? written : lowered(written, halfOf[compute]);
}

async function createSession(
  graph: Graph,
  bind: (key: string) => WeightBinding,
  { threads, device = processor, castsWhenRun = false }: RunOptions,
  weightsRoot?: string,
): Promise<Session> {
  const { entries, ...options } = runtimeOptions(device, graph);
  const session = await InferenceSession.create(encode(graph, bind), {
    ...options,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    logSeverityLevel: 3,
    extra: {
      session: {
        ...(weightsRoot === undefined
          ? {}
          : { model_external_initializers_file_folder_path: weightsRoot }),
        force_spinning_stop: "1", // idle threads leave the cores to others
        ...entries,
      },
      ...(castsWhenRun && {
        optimization: {
          constant_folding_max_output_size_in_bytes: String(FOLDED_BYTES),
          disable_specified_optimizers: "FuseFp16InitializerToFp32NodeTransformer",
        },
      }),
    },
  });
  return {
    inputs: session.inputNames,
    async run(feeds) {
      const inputs = Object.entries(feeds).map(([name, { data, dims }]) => [
        name,
        new Tensor(data instanceof Float32Array ? "float32" : "int64", data, dims),
      ]);
      const results = await session.run(Object.fromEntries(inputs));
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array]),
      );
    },
    close: () => session.release(),
  };
}
