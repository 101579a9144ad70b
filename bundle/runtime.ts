// onnxruntime-node as we ship it: inside our own package, without its install script. That script fetches
// CUDA libraries from another host than npm's, and where it cannot, npm takes the whole installation back.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import type { Platform } from "./platforms.js";

/** The second copy of a macOS library, and the CUDA libraries where somebody has them. */
const NEEDLESS = /^libonnxruntime\.\d+\.\d+\.\d+\.dylib$|_providers_/;

/** Puts the runtime where Node finds it from the built files: into `node_modules` beside them. */
export async function copyRuntime(distDir: string, platforms: Iterable<Platform>): Promise<void> {
  const manifest = createRequire(import.meta.url).resolve("onnxruntime-node/package.json");
  const from = path.dirname(manifest);
  const to = path.join(distDir, "node_modules", "onnxruntime-node");
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  const { name, version, description, license, author, repository, main } = JSON.parse(
    await readFile(manifest, "utf8"),
  );
  const kept = { name, version, description, license, author, repository, main };
  await writeFile(path.join(to, "package.json"), `${JSON.stringify(kept, null, 2)}\n`);
  await cp(path.join(from, "README.md"), path.join(to, "README.md"));
  await cp(path.join(from, "dist"), path.join(to, "dist"), {
    recursive: true,
    filter: (file) => !/\.(map|d\.ts)$/.test(file),
  });
  for (const { os, cpu } of platforms) {
    const binaries = path.join("bin", "napi-v6", os, cpu);
    await cp(path.join(from, binaries), path.join(to, binaries), {
      recursive: true,
      filter: (file) => !NEEDLESS.test(path.basename(file)),
    });
  }
}
