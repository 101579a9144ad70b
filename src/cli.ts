#!/usr/bin/env node
// The one door: reads argv and the environment, and hands each command what it needs. What a command
// needs is imported when it is called.
import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import type { MakeFlags } from "./cli/make.js";
import type { Flags } from "./cli/settings.js";
import type { Order } from "./grid/index.js";

const INTERRUPTED = 130;
/** what a shell says of a process whose reader is gone */
const READER_GONE = 141;

const interrupt = new AbortController();
const { version } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { version: string };

const program = new Command("makeanything")
  .description("Shows how things are made: step-by-step pictures, painted on this machine.")
  .version(version)
  .option("--data-dir <dir>", "where procedures and config.json lie (MAKEANYTHING_HOME)")
  .option("--model-dir <dir>", "a model folder with model.json (MAKEANYTHING_MODEL)")
  .option("--allow <dir>", "a folder that tools may read pictures from; may be repeated", append)
  .option("--threads <n>", "processor threads of the engine")
  .option("--preview-budget-bytes <n>", "the most that one answer's previews may weigh")
  .option("--preview-side-px <n>", "longer side of a preview")
  .option("--log-level <level>", "trace, debug, info, warn, error, fatal or silent");
examples(program, [
  "makeanything domains",
  'makeanything generate "a red rocket" --domain sketch --out rocket',
  "makeanything serve",
]);

const json = new Option("--json", "print one JSON object");
const out = new Option("--out <dir>", "copy frames, page and manifest there");
const domain = new Option("--domain <slug>", "the craft; `makeanything domains` lists them");
const frames = new Option("--frames <n>", "4 or 9 steps; the domain's own number by default");
const seed = new Option("--seed <n>", "the same seed gives the same pictures").argParser(integer);
domain.makeOptionMandatory();
frames.argParser(integer);

examples(
  program
    .command("serve")
    .description("speak MCP over stdin and stdout")
    .action(async (_, command: Command) => {
      const { serve } = await import("./cli/serve.js");
      process.stdout.off("error", leave); // the server ends its children first
      await serve(command.optsWithGlobals<Flags>(), version);
    }),
  ["makeanything serve --allow ~/Pictures --allow ~/Desktop"],
);

interface GenerateFlags extends MakeFlags {
  domain: string;
  frames?: number;
  seed?: number;
}
examples(
  program
    .command("generate")
    .description("paint how something is made")
    .argument("<subject>", "what is made, in a few words")
    .addOption(domain)
    .addOption(frames)
    .addOption(seed)
    .addOption(out)
    .addOption(json)
    .action(async (subject: string, _, command: Command) => {
      const flags = command.optsWithGlobals<GenerateFlags>();
      const { make } = await import("./cli/make.js");
      await make("generate", { ...flags, subject }, flags, interruptible());
    }),
  [
    'makeanything generate "a blue boat" --domain painting',
    'makeanything generate "a red castle" --domain lego --frames 4 --seed 7 --out castle --json',
  ],
);

interface RecraftFlags extends GenerateFlags {
  subject?: string;
}
examples(
  program
    .command("recraft")
    .description("paint the steps that may have led to a picture")
    .argument("<file>", "a picture, or a step: procedure://{id}/steps/{n}.png")
    .addOption(domain)
    .option("--subject <words>", "what the picture shows")
    .addOption(frames)
    .addOption(seed)
    .addOption(out)
    .addOption(json)
    .action(async (image: string, _, command: Command) => {
      const flags = command.optsWithGlobals<RecraftFlags>();
      const { make } = await import("./cli/make.js");
      await make("recraft", { ...flags, image }, flags, interruptible());
    }),
  ['makeanything recraft rocket.png --domain sketch --subject "a red rocket" --out steps'],
);

interface RefineFlags extends MakeFlags {
  between?: string[];
  steps?: number;
  seed?: number;
}
examples(
  program
    .command("refine")
    .description("paint new steps between the steps of a procedure")
    .argument("<id>", "the procedure's id")
    .option("--between <steps...>", "two neighbouring steps, counted from 1")
    .option("--steps <n>", "how many steps the whole shall have, up to 64", integer)
    .addOption(seed)
    .addOption(out)
    .addOption(json)
    .action(async (procedureId: string, _, command: Command) => {
      const flags = command.optsWithGlobals<RefineFlags>();
      const between = pair(flags.between);
      const { make } = await import("./cli/make.js");
      await make("refine", { ...flags, procedureId, between }, flags, interruptible());
    }),
  ["makeanything refine ID --between 3 4", "makeanything refine ID --steps 16 --out finer"],
);

examples(
  program
    .command("domains")
    .description("list the crafts, and what the model can draw")
    .addOption(new Option("--out <dir>", "write the list there, as domains.json"))
    .addOption(json)
    .action(async (_, command: Command) => {
      const { listDomains } = await import("./cli/domains.js");
      await listDomains(command.optsWithGlobals<MakeFlags>());
    }),
  ["makeanything domains --json"],
);

examples(
  program
    .command("split")
    .description("cut a page into its frames; finds out by itself whether they are 4 or 9")
    .argument("<page>", "a picture of a page")
    .option("--out <dir>", "where the frames go (default: PAGE-frames)")
    .addOption(json)
    .action(async (page: string, flags: { out?: string; json?: boolean }) => {
      const { splitPage } = await import("./cli/pages.js");
      await splitPage(page, flags);
    }),
  ["makeanything split page.png --out frames"],
);

examples(
  program
    .command("compose")
    .description("put frames on one page")
    .argument("<frames...>", "pictures, in order")
    .requiredOption("--out <page>", "the page to write, as PNG")
    .addOption(
      new Option(
        "--order <order>",
        "snake or raster; by default a snake for 4 and 9 frames, else reading order",
      ).choices(["snake", "raster"]),
    )
    .addOption(json)
    .action(async (files: string[], flags: { out: string; order?: Order; json?: boolean }) => {
      const { composePage } = await import("./cli/pages.js");
      await composePage(files, flags);
    }),
  ["makeanything compose frames/*.png --out page.png"],
);

examples(
  program
    .command("parity")
    .description("hold the engine against cases of the original implementations")
    .argument("<dir>", "a model folder with cases/")
    .addOption(json)
    .action(async (folder: string, flags: { json?: boolean }) => {
      const { checkParity } = await import("./cli/parity.js");
      await checkParity(folder, flags);
    }),
  ["makeanything parity models/embedded"],
);

// Whoever reads our output may leave before the end, as `head` does.
process.stdout.on("error", leave);
try {
  await program.parseAsync();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  console.error(interrupt.signal.aborted ? "Cancelled." : `makeanything: ${message}`);
  process.exitCode = interrupt.signal.aborted ? INTERRUPTED : 1;
}

/** Aborts at the first Ctrl-C; a second one ends the process at once. */
function interruptible(): AbortSignal {
  process.once("SIGINT", () => interrupt.abort());
  process.once("SIGTERM", () => interrupt.abort());
  return interrupt.signal;
}

function leave(): void {
  process.exit(process.exitCode ?? READER_GONE);
}

function append(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function integer(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("must be a whole number.");
  return Number(text);
}

function pair(steps: readonly string[] | undefined): [number, number] | undefined {
  if (steps === undefined) return undefined;
  const [a = NaN, b = NaN, ...rest] = steps.map(Number);
  if (!Number.isInteger(a) || !Number.isInteger(b) || rest.length > 0)
    throw new InvalidArgumentError("--between needs two step numbers, as --between 3 4.");
  return [a, b];
}

function examples(command: Command, lines: string[]): void {
  command.addHelpText("after", `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`);
}
