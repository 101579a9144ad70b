// WebGPU on a machine without a GPU: SwiftShader, which Debian's chromium brings, and the Vulkan loader
// beside it. Under MAKEANYTHING_WEBGPU_TESTS=1 a machine without them fails.
import { existsSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe } from "vitest";

const CHROMIUM = "/usr/lib/chromium";
const DRIVER = join(CHROMIUM, "libvk_swiftshader.so");
const LOADER = join(CHROMIUM, "libvulkan.so.1");
const isRequired = process.env["MAKEANYTHING_WEBGPU_TESTS"] === "1";
const isMissing =
  process.platform !== "linux" || ![DRIVER, LOADER].every((file) => existsSync(file));

/** `describe` for tests on SwiftShader; skipped, with the reason in their name, where there is none. */
export function describeOnSwiftShader(name: string, run: () => void): void {
  if (isMissing && isRequired) throw new Error(`no ${DRIVER} and ${LOADER}; Debian's chromium has them`);
  describe.skipIf(isMissing)(isMissing ? `${name} (skipped: no SwiftShader here)` : name, run);
} // prettier-ignore

/** The environment in which a process finds SwiftShader as its only GPU. */
export function swiftShader(folder: string): NodeJS.ProcessEnv {
  const icd = join(folder, "swiftshader.json");
  const driver = { library_path: DRIVER, api_version: "1.0.5" };
  writeFileSync(icd, JSON.stringify({ file_format_version: "1.0.0", ICD: driver }));
  symlinkSync(LOADER, join(folder, "libvulkan.so.1")); // alone: chromium has other libraries there
  return { ...process.env, VK_ICD_FILENAMES: icd, LD_LIBRARY_PATH: folder };
}
