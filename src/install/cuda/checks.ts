// What CUDA's provider needs of a machine, looked for without loading any of it: the driver, CUDA 12 and
// cuDNN 9 where the loader finds them, and the provider's own libraries beside the runtime's.
import { existsSync } from "node:fs";
import path from "node:path";

export interface Check {
  what: "driver" | "CUDA 12" | "cuDNN 9" | "provider";
  ok: boolean;
  /** what was found, or what is missing and where it comes from */
  words: string;
}

export interface CudaMachine {
  /** holds the runtime's libraries */
  runtimeFolder: string;
  /** folders that the loader searches first */
  libraryPath: readonly string[];
  /** what a command writes; undefined where it cannot be run */
  run: (command: string, args: string[]) => Promise<string | undefined>;
}

export const PROVIDER_LIBRARIES = [
  "libonnxruntime_providers_shared.so",
  "libonnxruntime_providers_cuda.so",
] as const;

/** The first driver for CUDA 12. */
const OLDEST_DRIVER = 525;
const CUDA = [
  "libcudart.so.12",
  "libcublas.so.12",
  "libcublasLt.so.12",
  "libcufft.so.11",
  "libcurand.so.10",
];
const CUDNN = ["libcudnn.so.9"];
const ON_THE_PATH = "Where it is installed already, name its folder in LD_LIBRARY_PATH.";

export async function checkCuda(machine: CudaMachine): Promise<Check[]> {
  const cached = await loaderCache(machine);
  const missing = (names: readonly string[]) =>
    names.filter(
      (name) =>
        !cached.has(name) &&
        !machine.libraryPath.some((folder) => existsSync(path.join(folder, name))),
    );
  return [
    await checkDriver(machine),
    libraryCheck("CUDA 12", missing(CUDA), "NVIDIA's CUDA toolkit 12 (developer.nvidia.com/cuda-toolkit-archive)"),
    libraryCheck("cuDNN 9", missing(CUDNN), "NVIDIA's cuDNN 9 for CUDA 12 (developer.nvidia.com/cudnn)"),
    await checkProvider(machine),
  ]; // prettier-ignore
}

async function checkDriver({ run }: CudaMachine): Promise<Check> {
  const table = await run("nvidia-smi", [
    "--query-gpu=name,driver_version",
    "--format=csv,noheader",
  ]);
  const [name, version = ""] = (table ?? "").split("\n")[0]!.split(", ");
  const isNew = Number.parseInt(version, 10) >= OLDEST_DRIVER;
  if (isNew) return { what: "driver", ok: true, words: `${name}, driver ${version.trim()}` };
  const found = version === "" ? "nvidia-smi shows no GPU" : `driver ${version.trim()} is too old`;
  const words = `${found}; install NVIDIA's driver ${OLDEST_DRIVER} or newer from your distribution, and restart`;
  return { what: "driver", ok: false, words };
}

function libraryCheck(
  what: "CUDA 12" | "cuDNN 9",
  missing: readonly string[],
  source: string,
): Check {
  const ok = missing.length === 0;
  const words = `${missing.join(", ")} not found; it comes with ${source}. ${ON_THE_PATH}`;
  return { what, ok, words: ok ? "found by the loader" : words };
}

/** The loader itself says what an installed provider still lacks. */
async function checkProvider({ runtimeFolder, run }: CudaMachine): Promise<Check> {
  const what = "provider";
  const absent = PROVIDER_LIBRARIES.filter((name) => !existsSync(path.join(runtimeFolder, name)));
  if (absent.length > 0)
    return { what, ok: false, words: `${absent.join(", ")} not in ${runtimeFolder}; makeanything install-cuda fetches them` };
  const listing = await run("ldd", [path.join(runtimeFolder, PROVIDER_LIBRARIES[1])]);
  const lacking = [...(listing ?? "").matchAll(/^\s*(\S+) => not found$/gm)].map(([, name]) => name!);
  if (lacking.length > 0)
    return { what, ok: false, words: `installed, but the loader does not find ${lacking.join(", ")}` };
  return { what, ok: true, words: `installed in ${runtimeFolder}` };
} // prettier-ignore

/** Libraries for this processor that the loader knows by name. */
async function loaderCache({ run }: CudaMachine): Promise<Set<string>> {
  const listing = (await run("ldconfig", ["-p"])) ?? (await run("/sbin/ldconfig", ["-p"])) ?? "";
  const lines = listing.matchAll(/^\s*(\S+) \([^)]*x86-64[^)]*\) => /gm);
  return new Set([...lines].map(([, name]) => name!));
}
