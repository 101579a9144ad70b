// The public conformance suite, run against an address: which scenarios pass, and what the others say.
// It needs a newer Node than we do, which npm brings along for it alone.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export interface Outcome {
  scenario: string;
  isPassed: boolean;
  /** what failed checks say, and warnings, which fail nothing */
  messages: string[];
}

interface Check {
  id: string;
  status: "SUCCESS" | "FAILURE" | "WARNING" | "INFO" | "SKIPPED";
  errorMessage?: string;
}

/** The scenario's name, between these in the name of its folder. */
const FOLDER = /^server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/;

/** @param args - which scenarios, as `["--suite", "active"]` */
export async function runSuite(
  version: string,
  url: string,
  args: readonly string[],
): Promise<Outcome[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "makeanything-conformance-"));
  try {
    const packages = ["node@22", `@modelcontextprotocol/conformance@${version}`];
    const from = ["-y", ...packages.flatMap((name) => ["-p", name])];
    const suite = ["conformance", "server", "--url", url, "-o", "results", ...args];
    // Not in this package, whose npm configuration is not the suite's.
    const child = spawn("npx", [...from, ...suite], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    await once(child, "close");
    const outcomes = readOutcomes(path.join(folder, "results"));
    if (outcomes.length === 0) throw new Error(`the suite did not run: ${output.slice(-2000)}`);
    return outcomes;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readOutcomes(results: string): Outcome[] {
  return list(results).map((name) => {
    const file = path.join(results, name, "checks.json");
    const checks = JSON.parse(readFileSync(file, "utf8")) as Check[];
    return {
      scenario: FOLDER.exec(name)?.[1] ?? name,
      isPassed: checks.every(({ status }) => status !== "FAILURE"),
      messages: checks.flatMap(({ id, status, errorMessage = "" }) =>
        status === "FAILURE" || status === "WARNING" ? [`${id}: ${errorMessage}`] : [],
      ),
    };
  });
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
