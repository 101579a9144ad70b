// What a person waits for: a cold command, a warm procedure, the server's first answer.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { packageRoot } from "../src/config.js";
import { generate, openContext, recraft, stepUri } from "../src/procedures/index.js";
import { createEngineHost } from "../src/workers/index.js";
import { median, repeat, type Row } from "./report.js";

const bin = join(packageRoot(), "dist/src/cli.js");
const subject = "a red rocket";
const domain = "icon";

export async function benchCommands(modelDir: string): Promise<Row[]> {
  const dataDir = mkdtempSync(join(tmpdir(), "makeanything-bench-"));
  try {
    return [
      ...(await warm(modelDir, dataDir)),
      {
        what: "cold command, 9 frames",
        value: median(await repeat(3, () => cold(modelDir, dataDir))) / 1000,
        unit: "s",
        atMost: 4,
      },
      {
        what: "initialize",
        value: median(await repeat(7, () => initialize(modelDir, dataDir))),
        unit: "ms",
        atMost: 300,
      },
      {
        what: "its floor: Node, loading the SDK",
        value: median(await repeat(7, loadSdk)),
        unit: "ms",
      },
    ];
  } finally {
    rmSync(dataDir, { recursive: true });
  }
}

async function warm(modelDir: string, dataDir: string): Promise<Row[]> {
  const engine = createEngineHost();
  const opened = await openContext({
    dataDir,
    modelDir,
    adaptersDir: join(packageRoot(), "adapters"),
    allowedFolders: [],
    homeDir: homedir(),
  });
  const context = { ...opened, engine };
  try {
    const { id } = await generate(context, { subject, domain });
    const times = await repeat(5, async () => {
      const start = performance.now();
      await generate(context, { subject, domain });
      return performance.now() - start;
    });
    const rows: Row[] = [
      { what: "warm generate, 9 frames", value: median(times) / 1000, unit: "s", atMost: 2 },
    ];
    await recraft(context, { image: stepUri(id, 9), domain });
    const peak = peakMiB(engine.pid);
    if (peak !== undefined)
      rows.push({ what: "engine child, peak memory", value: peak, unit: "MiB", atMost: 1024 });
    return rows;
  } finally {
    await Promise.all([engine.close(), opened.close()]);
  }
}

async function cold(modelDir: string, dataDir: string): Promise<number> {
  const start = performance.now();
  const args = [bin, "generate", subject, "--domain", domain, "--model-dir", modelDir];
  const child = spawn(process.execPath, [...args, "--data-dir", dataDir, "--json"], {
    stdio: ["ignore", "ignore", "ignore"],
  });
  const code = await new Promise((resolve) => child.once("exit", resolve));
  if (code !== 0) throw new Error(`generate ended with ${code}`);
  return performance.now() - start;
}

async function initialize(modelDir: string, dataDir: string): Promise<number> {
  const start = performance.now();
  const args = [bin, "serve", "--model-dir", modelDir, "--data-dir", dataDir];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "ignore"] });
  const answered = new Promise((resolve) => createInterface(child.stdout).once("line", resolve));
  const params = {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "bench", version: "1" },
  };
  child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params })}\n`);
  await answered;
  const elapsed = performance.now() - start;
  child.stdin.end();
  await new Promise((resolve) => child.once("exit", resolve));
  return elapsed;
}

async function loadSdk(): Promise<number> {
  const start = performance.now();
  const script = ["mcp", "stdio"].map(
    (name) => `import "@modelcontextprotocol/sdk/server/${name}.js";`,
  );
  const args = ["--input-type=module", "--eval", script.join("")];
  const child = spawn(process.execPath, args, { cwd: packageRoot(), stdio: "ignore" });
  await new Promise((resolve) => child.once("exit", resolve));
  return performance.now() - start;
}

/** Peak resident memory of a process; undefined where the system does not say. */
function peakMiB(pid: number | undefined): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) / 1024;
  } catch {
    return undefined;
  }
}
