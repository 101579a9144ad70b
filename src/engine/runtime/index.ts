// Where graphs run: the only room that knows onnxruntime-node.
export {
  availableProviders,
  runtimeBuild,
  type ProviderState,
  type RuntimeBuild,
} from "./available.js";
export { processor, providers, type Device, type Provider } from "./device.js";
export { listGpus, thisMachine, type Gpu, type Sight } from "./gpus.js";
export { prove, type ProofOptions } from "./proof.js";
export type { ComputeType, Finding } from "./self-test.js";
export {
  openGraph,
  openSession,
  type Feed,
  type Outputs,
  type RunOptions,
  type Session,
  type SessionOptions,
} from "./session.js";
