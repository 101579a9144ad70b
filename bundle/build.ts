// `npm run bundle`: an .mcpb for one platform, that of this machine or the one named by --platform.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { packExtension } from "@anthropic-ai/mcpb";
import { platformNamed } from "./platforms.js";
import { stageBundle } from "./stage.js";
import { packageRoot } from "../src/config.js";
import { createTools } from "../src/tools/index.js";

const { values } = parseArgs({
  options: {
    platform: { type: "string", default: `${process.platform}-${process.arch}` },
    out: { type: "string" },
  },
});
const root = packageRoot();
const out = values.out ?? path.join(root, "dist", `makeanything-mcp-${values.platform}.mcpb`);
const folder = await mkdtemp(path.join(tmpdir(), "makeanything-bundle-"));
try {
  // Tools that feed the step player are none of a person's business.
  const tools = createTools([]).filter(({ player }) => player !== "feeds");
  await stageBundle(root, folder, platformNamed(values.platform), tools);
  if (!(await packExtension({ extensionPath: folder, outputPath: out, silent: true })))
    throw new Error("mcpb refused the bundle; its reason is above");
  console.log(out);
} finally {
  await rm(folder, { recursive: true, force: true });
}
