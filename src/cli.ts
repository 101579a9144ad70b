#!/usr/bin/env node
// The one door: what every command shares. The commands are declared in cli/commands/; what one of them
// needs is imported when it is called.
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { declareCrafts } from "./cli/commands/crafts.js";
import { declareEvaluation } from "./cli/commands/eval.js";
import { examples } from "./cli/commands/examples.js";
import { declareExport } from "./cli/commands/export.js";
import { declareInstall } from "./cli/commands/install.js";
import { declareLearning } from "./cli/commands/learn.js";
import { declareMachine } from "./cli/commands/machine.js";
import { declareMaking } from "./cli/commands/make.js";
import { declareModels } from "./cli/commands/models.js";
import { append } from "./cli/commands/options.js";
import { declarePages } from "./cli/commands/pages.js";
import { declareServe } from "./cli/commands/serve.js";
import { isInterrupted } from "./cli/interrupt.js";

const INTERRUPTED = 130;
/** what a shell says of a process whose reader is gone */
const READER_GONE = 141;

const { version } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { version: string };

const program = new Command("makeanything")
  .description("Shows how things are made: step-by-step pictures, painted on this machine.")
  .version(version)
  .option("--data-dir <dir>", "where procedures and config.json lie (MAKEANYTHING_HOME)")
  .option("--model-dir <dir>", "a model folder with model.json (MAKEANYTHING_MODEL)")
  .option("--allow <dir>", "a folder that tools may read pictures from; may be repeated", append)
  .option("--allow-urls", "tools may fetch pictures from https addresses; off by default")
  .option("--threads <n>", "processor threads of the engine")
  .option("--provider <name>", "what computes: auto, cuda, webgpu or cpu")
  .option("--variant <name>", "the way a model is run in: auto, cuda-bf16, webgpu-f16 …")
  .option("--tiles <auto|off>", "the autoencoder works in tiles where memory is short")
  .option(
    "--cache-threshold <share>",
    "steps that begin so nearly like an earlier one reuse what it computed, as 0.12 (default: 0)",
  )
  .option("--preview-budget-bytes <n>", "the most that one answer's previews may weigh")
  .option("--preview-side-px <n>", "longer side of a preview")
  .option("--log-level <level>", "trace, debug, info, warn, error, fatal or silent");
examples(program, [
  "makeanything domains",
  'makeanything generate "a red rocket" --domain sketch --out rocket',
  "makeanything serve",
]);

// In the order of help.
declareServe(program, version, leave);
declareMaking(program);
declareExport(program);
declareCrafts(program);
declarePages(program);
declareModels(program);
declareMachine(program);
declareLearning(program);
declareInstall(program);
declareEvaluation(program);

// Whoever reads our output may leave before the end, as `head` does.
process.stdout.on("error", leave);
try {
  // Told, or Electron's Node, which Claude Desktop lends its extensions, would mean another form of argv.
  await program.parseAsync(process.argv, { from: "node" });
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  console.error(isInterrupted() ? "Cancelled." : `makeanything: ${message}`);
  process.exitCode = isInterrupted() ? INTERRUPTED : 1;
}

function leave(): void {
  process.exit(process.exitCode ?? READER_GONE);
}
