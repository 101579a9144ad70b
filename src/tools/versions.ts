// What this program runs on, for a person who asks for help.
import { createRequire } from "node:module";

export function versionsOf(version: string): Record<string, string> {
  return {
    makeanything: version,
    node: process.versions.node,
    onnxruntime: runtimeVersion(),
    platform: `${process.platform} ${process.arch}`,
  };
}

/** Only what its package says of itself: the runtime is loaded in the engine's process alone. */
function runtimeVersion(): string {
  try {
    const about = createRequire(import.meta.url)("onnxruntime-node/package.json");
    return (about as { version: string }).version;
  } catch {
    return "not known";
  }
}
