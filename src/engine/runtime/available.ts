// Which providers could be used on this machine, before any of them is opened: what the runtime was
// built with, which of its libraries are there, and which graphics processors can be seen.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { env, listSupportedBackends } from "onnxruntime-node";
import { providers, type Provider } from "./device.js";
import { type Gpu, listGpus, type Sight, thisMachine } from "./gpus.js";

export interface ProviderState {
  provider: Provider;
  usable: boolean;
  /** in words */
  why: string;
  /** memory of the device that it would use, where that is known */
  memoryBytes?: number;
}

export interface RuntimeBuild {
  /** providers that the runtime can have */
  backends: readonly string[];
  /** holds the runtime's libraries; those of CUDA must lie there */
  folder: string;
  version: string;
}

const CUDA_LIBRARY = "libonnxruntime_providers_cuda.so";

export function runtimeBuild(): RuntimeBuild {
  const main = createRequire(import.meta.url).resolve("onnxruntime-node");
  const folder = path.resolve(main, "../../bin/napi-v6", process.platform, process.arch);
  const backends = listSupportedBackends().map(({ name }) => name);
  return { backends, folder, version: env.versions.node! };
}

/** In the order in which they are preferred. */
export async function availableProviders(
  build: RuntimeBuild = runtimeBuild(),
  sight: Sight = thisMachine,
): Promise<ProviderState[]> {
  const gpus = await listGpus(sight);
  return providers.map((provider) => ({ provider, ...look[provider](build, sight, gpus) }));
}

type Look = (
  build: RuntimeBuild,
  sight: Sight,
  gpus: readonly Gpu[],
) => Omit<ProviderState, "provider">;

const look: Record<Provider, Look> = {
  cpu: (_, { ramBytes }) => ({ usable: true, why: "every machine has one", memoryBytes: ramBytes }),
  cuda({ backends, folder }, _, gpus) {
    const gpu = gpus.find(({ vendor }) => vendor === "nvidia");
    if (!backends.includes("cuda")) return not("the runtime has no CUDA on this platform");
    if (gpu === undefined) return not("nvidia-smi shows no NVIDIA GPU");
    if (!existsSync(path.join(folder, CUDA_LIBRARY)))
      return not(`${CUDA_LIBRARY} is not installed; makeanything install-cuda fetches it`);
    return on(gpu);
  },
  webgpu({ backends }, { platform }, gpus) {
    if (!backends.includes("webgpu")) return not("the runtime has no WebGPU on this platform");
    const [gpu] = gpus;
    if (gpu !== undefined) return on(gpu);
    // Windows shows its graphics processors to nobody who does not open them.
    return platform === "win32"
      ? { usable: true, why: "Windows has a graphics processor, its memory is unknown" }
      : not("no graphics processor is to be seen");
  },
};

const not = (why: string) => ({ usable: false, why });

const on = ({ name, driver, memoryBytes }: Gpu) => ({
  usable: true,
  why: driver === undefined ? name : `${name}, driver ${driver}`,
  ...(memoryBytes !== undefined && { memoryBytes }),
});
