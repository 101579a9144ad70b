// The only importer of onnxruntime-node: a graph bound to its weights, ready to run.
import { realpath } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { encode, type Graph, type WeightType } from "../graph/index.js";
import { checkKeys } from "../weights/check.js";
import { openSafetensors } from "../weights/safetensors.js";

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

export interface SessionOptions {
  /** threads of one operator; undefined: the runtime's choice, every core */
  threads?: number;
  /** which of the file's tensors the graph is about, where it holds those of other graphs too */
  owns?: (key: string) => boolean;
}

/**
 * Opens a graph on a weights file; the weights are mapped from where they lie.
 * @throws EngineError when the file is broken or does not fit
 */
export async function openSession(
  graph: Graph,
  weightsPath: string,
  { threads, owns = () => true }: SessionOptions = {},
): Promise<Session> {
  const file = await openSafetensors(weightsPath);
  const path = await realpath(weightsPath); // the runtime follows no link out of its root folder
  const tensors = new Map([...file.tensors].filter(([key]) => owns(key)));
  checkKeys({ ...file, tensors }, graph.weights);
  const model = encode(graph, (key) => {
    const { dtype, offset, length } = tensors.get(key)!;
    return { dtype: dtype as WeightType, file: basename(path), offset, length };
  });
  return createSession(model, threads, dirname(path));
}

/** Opens a graph that has no weights: everything comes in by its inputs. */
export async function openGraph(
  graph: Graph,
  { threads }: Pick<SessionOptions, "threads"> = {},
): Promise<Session> {
  const model = encode(graph, (key) => {
    throw new Error(`openGraph: the graph has a weight, ${key}`);
  });
  return createSession(model, threads);
}

async function createSession(
  model: Uint8Array,
  threads: number | undefined,
  weightsRoot?: string,
): Promise<Session> {
  const session = await InferenceSession.create(model, {
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    logSeverityLevel: 3,
    extra: {
      session: {
        ...(weightsRoot === undefined
          ? {}
          : { model_external_initializers_file_folder_path: weightsRoot }),
        force_spinning_stop: "1", // idle threads leave the cores to others
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
