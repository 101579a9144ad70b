// The whole thing once, as a host does it: the real server over stdio, a procedure from words, one
// from a picture, and one with steps in between. Everything lands in demo/out.
import { copyFile, cp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { createProgressBar } from "#src/cli/progress-bar.js";
import { packageRoot } from "#src/config.js";
import { makeFolder } from "#src/make-folder.js";
import type { ProcedureRecord } from "#src/tools/index.js";
import { renderPage, type Shown } from "./page.js";

const OUT = path.join(packageRoot(), "demo", "out");
const SUBJECT = "a red rocket";
const DOMAIN = "icon";
/** A slow machine may take its time; progress says that it is alive. */
const PATIENCE_MS = 15 * 60_000;

await rm(OUT, { recursive: true, force: true });
await makeFolder(OUT);

const client = new Client({ name: "makeanything-demo", version: "1" });
const parts: { name: string; ms: number }[] = [];
await timed("start the server", () =>
  client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [path.join(packageRoot(), "dist", "src", "cli.js"), "serve"],
      env: {
        MAKEANYTHING_HOME: path.join(OUT, "data"),
        MAKEANYTHING_ALLOWED_FOLDERS: OUT,
        MAKEANYTHING_LOG_LEVEL: "warn",
      },
    }),
  ),
);
try {
  const drawn = await show("1-from-words", "generate_procedure", {
    subject: SUBJECT,
    domain: DOMAIN,
    seed: 1,
  });
  const picture = path.join(OUT, "last-picture.png");
  await copyFile(lastOf(drawn.record.steps).file, picture);

  const recrafted = await show("2-from-a-picture", "recraft_from_image", {
    image: picture,
    subject: SUBJECT,
    domain: DOMAIN,
    seed: 4,
  });
  const refined = await show("3-in-between", "refine_steps", {
    procedure_id: drawn.record.procedure_id,
    between: [6, 7],
    seed: 5,
  });

  const index = path.join(OUT, "index.html");
  await writeFile(index, await renderPage([drawn, recrafted, refined]));
  tell([drawn, recrafted, refined], index);
} finally {
  await client.close();
}

interface Made extends Shown {
  folder: string;
}

/** Calls a tool, and copies what it made to a folder of its own. */
async function show(folder: string, tool: string, input: Record<string, unknown>): Promise<Made> {
  const bar = createProgressBar();
  const result = (await timed(tool, () =>
    client.callTool({ name: tool, arguments: input }, undefined, {
      timeout: PATIENCE_MS,
      onprogress: ({ progress, total = 1, message = "" }) =>
        bar.report({ fraction: progress / total, message: `${tool}: ${message}` }),
    }),
  ).finally(bar.stop)) as CallToolResult;
  if (result.isError) throw new Error(`${tool}: ${JSON.stringify(result.content)}`);

  const record = result.structuredContent as ProcedureRecord;
  await cp(path.dirname(record.manifest.file), path.join(OUT, folder), { recursive: true });
  return { folder, tool, record };
}

async function timed<Result>(name: string, run: () => Promise<Result>): Promise<Result> {
  const startedAt = performance.now();
  const result = await run();
  parts.push({ name, ms: performance.now() - startedAt });
  return result;
}

function tell(shown: Made[], index: string): void {
  for (const { folder, record } of shown) {
    console.log(`${folder}: ${record.steps.length} steps, procedure ${record.procedure_id}`);
    for (const warning of record.warnings) console.log(`  Warning: ${warning}`);
  }
  for (const { name, ms } of parts)
    console.log(`${`${(ms / 1000).toFixed(2)} s`.padStart(8)}  ${name}`);
  console.log(`Look at ${index}`);
}

function lastOf<Item>(items: readonly Item[]): Item {
  const last = items.at(-1);
  if (last === undefined) throw new RangeError("a procedure without steps");
  return last;
}
