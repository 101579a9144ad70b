// What a host reads of a bundle.
import type { Platform } from "./platforms.js";

export interface About {
  name: string;
  version: string;
  description: string;
  license: string;
  engines: { node: string };
}

export interface ListedTool {
  name: string;
  description: string;
}

/** @see https://github.com/modelcontextprotocol/mcpb, MANIFEST.md 0.3 */
export function manifestFor({ os }: Platform, about: About, tools: readonly ListedTool[]): object {
  const { name, version, description, license, engines } = about;
  return {
    manifest_version: "0.3",
    name,
    display_name: "MakeAnything",
    version,
    description,
    author: { name: "the makeanything-mcp authors" },
    license,
    server: {
      type: "node",
      entry_point: "start.js",
      mcp_config: { command: "node", args: ["${__dirname}/start.js"], env: {} },
    },
    tools: tools.map((tool) => ({ name: tool.name, description: tool.description })),
    prompts_generated: true,
    keywords: ["drawing", "painting", "tutorial", "step by step", "diffusion"],
    compatibility: { platforms: [os], runtimes: { node: engines.node } },
  };
}
