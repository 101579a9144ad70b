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

export interface Session {
  /** Runs the graph and returns its only output. Blocks the thread meanwhile. */
  run(feeds: Record<string, Feed>): Promise<Float32Array>;
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
  const session = await InferenceSession.create(model, {
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    logSeverityLevel: 3,
    extra: {
      session: {
        model_external_initializers_file_folder_path: dirname(path),
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
      return Object.values(results)[0]!.data as Float32Array;
    },
    close: () => session.release(),
  };
}
