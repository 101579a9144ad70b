// The only importer of onnxruntime-node: a graph bound to its weights, ready to run.
import { InferenceSession, Tensor } from "onnxruntime-node";
import { encode, type Graph, type WeightBinding } from "../graph/index.js";
import { withPlainAttention } from "../layers/plain-attention.js";
import { bindWeights, type BindOptions } from "../weights/bind.js";
import { bindBaked } from "../weights/lora/index.js";
import { type Device, processor, runtimeOptions } from "./device.js";

/** A number array with its shape, going into a session. */
export interface Feed {
  data: Float32Array | BigInt64Array;
  dims: readonly number[];
}

export type Outputs = Record<string, Float32Array>;

export interface Session {
  /** Runs the graph and returns its outputs by name. Blocks the thread meanwhile. */
  run(feeds: Record<string, Feed>): Promise<Outputs>;
  close(): Promise<void>;
}

export interface RunOptions {
  /** where it runs; the processor by default */
  device?: Device;
  /** threads of one operator; undefined: the runtime's choice, every core */
  threads?: number;
}

export type SessionOptions = RunOptions & BindOptions;

/**
 * Opens a graph on a file or a folder of weights, which are mapped from where they lie.
 * @throws EngineError when the file is broken or does not fit
 */
export async function openSession(
  graph: Graph,
  weightsPath: string,
  options: SessionOptions = {},
): Promise<Session> {
  const { root, bind } = await bindWeights(graph, weightsPath, options);
  const loras = options.baked && (await bindBaked(options.baked, root));
  return createSession(graph, (key) => loras?.get(key) ?? bind(key), options, root);
}

/** Opens a graph that has no weights: everything comes in by its inputs. */
export async function openGraph(graph: Graph, options: RunOptions = {}): Promise<Session> {
  const noWeights = (key: string) => {
    throw new Error(`openGraph: the graph has a weight, ${key}`);
  };
  return createSession(graph, noWeights, options);
}

async function createSession(
  graph: Graph,
  bind: (key: string) => WeightBinding,
  { threads, device = processor }: RunOptions,
  weightsRoot?: string,
): Promise<Session> {
  const fitted = device.attention === "plain" ? withPlainAttention(graph) : graph;
  const { entries, ...options } = runtimeOptions(device, fitted);
  const session = await InferenceSession.create(encode(fitted, bind), {
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
    },
  });
  return {
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
