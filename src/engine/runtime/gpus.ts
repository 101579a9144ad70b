// The graphics processors of this machine, as far as they can be seen without opening one.
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

export interface Gpu {
  name: string;
  vendor: "nvidia" | "amd" | "intel" | "apple" | "unknown";
  driver?: string;
  memoryBytes?: number;
}

/** How the machine is looked at; tests have machines of their own. */
export interface Sight {
  platform: NodeJS.Platform;
  arch: string;
  /** holds `sys` */
  root: string;
  ramBytes: number;
  /** what a command writes; undefined where it cannot be run */
  run: (command: string, args: string[]) => Promise<string | undefined>;
}

/** What Metal lends to one process of the memory that it shares with the processor. */
const APPLE_SHARE = 0.7;
const VENDORS: Record<string, Gpu["vendor"]> = {
  "0x10de": "nvidia",
  "0x1002": "amd",
  "0x8086": "intel",
};

export const thisMachine: Sight = {
  platform: process.platform,
  arch: process.arch,
  root: "/",
  ramBytes: os.totalmem(),
  async run(command, args) {
    const ran = promisify(execFile)(command, args, { timeout: 10_000, windowsHide: true });
    return (await ran.catch(() => undefined))?.stdout;
  },
};

export async function listGpus(sight: Sight = thisMachine): Promise<Gpu[]> {
  const { platform, arch, ramBytes } = sight;
  if (platform === "darwin")
    return arch === "arm64"
      ? [{ name: "Apple GPU", vendor: "apple", memoryBytes: APPLE_SHARE * ramBytes }]
      : [];
  const nvidia = await nvidiaGpus(sight);
  if (nvidia.length > 0 || platform !== "linux") return nvidia;
  return linuxGpus(sight.root);
}

async function nvidiaGpus({ run }: Sight): Promise<Gpu[]> {
  const table = await run("nvidia-smi", [
    "--query-gpu=name,driver_version,memory.total",
    "--format=csv,noheader,nounits",
  ]);
  return (table ?? "").split("\n").flatMap((line): Gpu[] => {
    const [name = "", driver = "", mebibytes] = line.split(", ");
    const memoryBytes = Number(mebibytes) * 2 ** 20;
    if (driver === "") return [];
    return [{ name, vendor: "nvidia", driver, ...(memoryBytes > 0 && { memoryBytes }) }];
  });
}

/** Cards that the kernel shows; only AMD's driver tells how much memory they have. */
async function linuxGpus(root: string): Promise<Gpu[]> {
  const folder = path.join(root, "sys/class/drm");
  const entries = await readdir(folder).catch(() => []);
  const cards = entries.filter((entry) => /^card\d+$/.test(entry)).toSorted();
  const found = cards.map(async (card): Promise<Gpu> => {
    const read = (name: string) =>
      readFile(path.join(folder, card, "device", name), "utf8").catch(() => "");
    const [id, device] = [(await read("vendor")).trim(), (await read("device")).trim()];
    const memoryBytes = Number(await read("mem_info_vram_total"));
    const vendor = VENDORS[id] ?? "unknown";
    return { name: `${vendor} ${device}`, vendor, ...(memoryBytes > 0 && { memoryBytes }) };
  });
  return Promise.all(found);
}
