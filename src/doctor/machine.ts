// What this machine can compute on: providers with what their self-tests say, and what CUDA lacks where there
// is a card for it.
import type { Machine } from "./world.js";
import { proveProviders, runtimeBuild, thisMachine, type Wish } from "../engine/index.js";
import { checkCuda } from "../install/index.js";

/**
 * @param cacheFolder - remembers what self-tests found
 * @param libraryPath - folders that the loader searches first
 */
export async function lookAtMachine(
  wish: Wish,
  cacheFolder: string,
  libraryPath: readonly string[],
): Promise<Machine> {
  const { folder, backends } = runtimeBuild();
  const { run, ramBytes } = thisMachine;
  const hasCard = (await run("nvidia-smi", ["-L"])) !== undefined;
  const isForCuda = hasCard && backends.includes("cuda");
  return {
    ramBytes,
    providers: await proveProviders(wish, cacheFolder),
    cuda: isForCuda ? await checkCuda({ runtimeFolder: folder, libraryPath, run }) : [],
  };
}
