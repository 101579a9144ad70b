// `makeanything install-cuda`: what CUDA lacks on this machine, and the part of it that can be fetched.
import path from "node:path";
import { runtimeBuild, thisMachine } from "../engine/index.js";
import {
  type Check,
  checkCuda,
  fetchProvider,
  findPackage,
  InstallError,
} from "../install/index.js";
import { createProgressBar } from "./progress-bar.js";

export interface InstallCudaFlags {
  /** nothing is fetched */
  check?: boolean;
  json?: boolean;
}

export async function installCuda(
  { check = false, json = false }: InstallCudaFlags,
  signal: AbortSignal,
): Promise<void> {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new InstallError(
      "the runtime has CUDA on Linux and x64 alone; elsewhere WebGPU runs on any GPU, with nothing to install",
    );
  const { folder, version } = runtimeBuild();
  const libraryPath = (process.env["LD_LIBRARY_PATH"] ?? "").split(path.delimiter).filter(Boolean);
  const look = () => checkCuda({ runtimeFolder: folder, libraryPath, run: thisMachine.run });
  let checks = await look();
  if (!check && checks.some(({ what, ok }) => what === "provider" && !ok)) {
    await fetchInto(folder, version, signal);
    checks = await look();
  }
  const ok = checks.every((one) => one.ok);
  if (json) console.log(JSON.stringify({ ok, checks }));
  else console.log(checks.map(lineOf).join("\n"));
  if (!ok) process.exitCode = 1;
  else if (!json) console.log("\nCUDA can be used. The first large model tests the device.");
}

async function fetchInto(folder: string, version: string, signal: AbortSignal): Promise<void> {
  const found = await findPackage(version, { signal });
  const bar = createProgressBar();
  const message = `CUDA's provider for the runtime ${version}, ${Math.round(found.sizeBytes / 1e6)} MB`;
  try {
    const onBytes = (done: number) => bar.report({ fraction: done / found.sizeBytes, message });
    await fetchProvider(found, folder, { signal, onBytes });
  } finally {
    bar.stop();
  }
}

const lineOf = ({ what, ok, words }: Check): string =>
  `${ok ? "ok     " : "missing"}  ${what.padEnd(8)}  ${words}`;
