// Whether a provider may be trusted on this machine. The self-test is run once a device and version of
// the runtime, in a process of its own, and what it found is kept in a file. What could not be opened is
// asked again the next time: a driver may have come.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { env } from "onnxruntime-node";
import { z } from "zod";
import { makeFolder } from "../../make-folder.js";
import type { ProviderState } from "./available.js";
import type { Provider } from "./device.js";
import type { Finding } from "./self-test.js";

/** Compiling the first shaders takes a slow device half a minute. */
const PATIENCE_MS = 240_000;
const FILE = "devices.json";
const CHILD = fileURLToPath(new URL("./self-test-child.js", import.meta.url));

const finding = z.object({
  computes: z.array(z.enum(["f32", "f16", "bf16"])),
  attention: z.enum(["fused", "plain"]),
  found: z.string().max(1000),
});
const findings = z.record(z.string(), finding);

export interface ProofOptions {
  /** holds the file; without one nothing is remembered */
  folder?: string | undefined;
  deviceId?: number;
  /** the self-test; tests have their own */
  test?: (provider: Provider, deviceId: number) => Promise<Finding>;
}

/** What the self-test finds, or found; a device that cannot be opened computes nothing, and says why. */
export async function prove(
  { provider, why }: ProviderState,
  { folder, deviceId = 0, test = testInChild }: ProofOptions = {},
): Promise<Finding> {
  if (provider === "cpu")
    return { computes: ["f32"], attention: "fused", found: "it is the measure of the others" };
  const file = folder === undefined ? undefined : path.join(folder, FILE);
  const key = keyOf(provider, deviceId, why);
  const known = await read(file);
  if (Object.hasOwn(known, key)) return known[key]!;
  try {
    const found = await test(provider, deviceId);
    if (file !== undefined) await write(file, { ...(await read(file)), [key]: found });
    return found;
  } catch (error) {
    return { computes: [], attention: "fused", found: `cannot be opened: ${wordsOf(error)}` };
  }
}

/** A device, its driver as far as they are known, and all that decides what is computed on it. */
function keyOf(provider: Provider, deviceId: number, device: string): string {
  const system = [os.platform(), os.arch(), os.release(), os.cpus()[0]?.model];
  const parts = [provider, deviceId, device, env.versions.node];
  return createHash("sha256")
    .update(JSON.stringify([...parts, ...system]))
    .digest("hex");
}

async function read(file: string | undefined): Promise<Record<string, Finding>> {
  if (file === undefined) return {};
  try {
    return findings.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return {}; // not there, or spoilt: the test is run again
  }
}

/** Whole or not at all; where the folder is closed, the test is run again the next time. */
async function write(file: string, known: Record<string, Finding>): Promise<void> {
  const draft = `${file}.${process.pid}`;
  try {
    await makeFolder(path.dirname(file));
    await writeFile(draft, JSON.stringify(known, undefined, 2));
    await rename(draft, file);
  } catch {
    await rm(draft, { force: true });
  }
}

function testInChild(provider: Provider, deviceId: number): Promise<Finding> {
  const options = { timeout: PATIENCE_MS, killSignal: "SIGKILL", windowsHide: true } as const;
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [CHILD, provider, String(deviceId)], options, (error, out, log) => {
      if (error === null) return resolve(finding.parse(JSON.parse(out)));
      const end = error.killed ? "it did not answer in time" : `it ended with ${error.signal}`;
      reject(new Error(error.code === 1 ? log : end));
    });
  });
}

/** The native messages are long; who reads them needs the cause. */
function wordsOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const library = /(lib[\w.-]+): cannot open shared object file/.exec(text)?.[1];
  if (library !== undefined)
    return library.startsWith("libvulkan")
      ? `${library} is missing; Debian and Ubuntu have it in libvulkan1`
      : `${library} is missing; makeanything install-cuda --check says where it comes from`;
  if (text.includes("Failed to get a WebGPU adapter")) return "no driver offers a GPU to WebGPU";
  return text.trim().split("\n").at(-1)!.slice(0, 300);
}
