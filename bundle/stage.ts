// Everything that a bundle holds, laid out in a folder.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { type About, type ListedTool, manifestFor } from "./manifest.js";
import type { Platform } from "./platforms.js";
import { copyRuntime } from "./runtime.js";

const OURS = ["dist/src", "adapters", "models", "LICENSE", "NOTICE", "package.json"];

/** Fills an empty folder. What is not here is fetched from npm. */
export async function stageBundle(
  root: string,
  folder: string,
  platform: Platform,
  tools: readonly ListedTool[],
): Promise<void> {
  for (const part of OURS)
    await cp(path.join(root, part), path.join(folder, part), { recursive: true });
  await cp(path.join(root, "dist/bundle/start.js"), path.join(folder, "start.js"));
  await copyRuntime(path.join(folder, "dist"), [platform]);
  await installDependencies(root, folder, platform);
  await fetchNode(folder, platform);
  const about = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as About;
  const manifest = JSON.stringify(manifestFor(platform, about, tools), null, 2);
  await writeFile(path.join(folder, "manifest.json"), `${manifest}\n`);
}

/** The dependencies that our lock file names, in the platform's kind. */
async function installDependencies(
  root: string,
  folder: string,
  { os, cpu }: Platform,
): Promise<void> {
  const lock = path.join(folder, "package-lock.json");
  await cp(path.join(root, "package-lock.json"), lock);
  const kind = [`--os=${os}`, `--cpu=${cpu}`, ...(os === "linux" ? ["--libc=glibc"] : [])];
  npm(folder, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", ...kind);
  await rm(lock);
}

async function fetchNode(folder: string, { os, node }: Platform): Promise<void> {
  const away = path.join(folder, "fetched");
  await mkdir(away);
  const tarball = path.join(away, npm(away, "pack", "--silent", node.package).trim());
  const digest = createHash("sha512")
    .update(await readFile(tarball))
    .digest("base64");
  if (digest !== node.sha512)
    throw new Error(`${node.package}: its sha512 is ${digest}, expected ${node.sha512}`);
  execFileSync("tar", ["-xzf", tarball, "-C", away]);
  const program = os === "win32" ? "node.exe" : "node";
  await mkdir(path.join(folder, "node"));
  await rename(path.join(away, "package/bin", program), path.join(folder, "node", program));
  // The packages for Windows come without it.
  const license = path.join(away, "package/LICENSE");
  if (existsSync(license)) await rename(license, path.join(folder, "node/LICENSE"));
  await rm(away, { recursive: true });
}

function npm(cwd: string, ...args: string[]): string {
  return execFileSync("npm", args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    shell: process.platform === "win32",
  });
}
