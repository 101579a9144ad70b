#!/usr/bin/env node
// The one door: reads argv and the environment, and hands each command what it needs. What a command
// needs is imported when it is called.
import { readFileSync } from "node:fs";
import { Argument, Command, InvalidArgumentError, Option } from "commander";
import type { AdaptersFlags } from "./cli/adapters.js";
import type { AddFlags } from "./cli/adapters-add.js";
import type { BlendFlags } from "./cli/blend.js";
import type { CaptionFlags } from "./cli/caption.js";
import type { DoctorFlags } from "./cli/doctor.js";
import type { ExportFlags } from "./cli/export.js";
import type { InstallCudaFlags } from "./cli/install-cuda.js";
import type { HostName, InstallFlags } from "./cli/install.js";
import type { ClipFlags } from "./cli/eval-clip.js";
import type { FormFlags } from "./cli/eval-form.js";
import type { JudgeFlags } from "./cli/eval-judge.js";
import type { EvalFlags } from "./cli/eval.js";
import type { MakeFlags } from "./cli/make.js";
import type { ConvertFlags } from "./cli/models-convert.js";
import type { PullFlags } from "./cli/models-pull.js";
import type { RemoveFlags } from "./cli/models-remove.js";
import type { ModelsFlags } from "./cli/models.js";
import type { ServeFlags } from "./cli/serve.js";
import type { SetupFlags } from "./cli/setup.js";
import type { Order } from "./grid/index.js";

const INTERRUPTED = 130;
/** what a shell says of a process whose reader is gone */
const READER_GONE = 141;
const OLLAMA = "http://localhost:11434/v1";

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

const json = new Option("--json", "print one JSON object");
const out = new Option("--out <dir>", "copy frames, page and manifest there");
const domain = new Option(
  "--domain <slug>",
  "the craft, or a mix as lego:0.6,sketch:0.4; `makeanything domains` lists them",
);
const style = new Option(
  "--style <name[:weight]>",
  "a style on top, as watercolor:0.8; may be repeated; `makeanything adapters list` shows them",
).argParser(append);
const frames = new Option("--frames <n>", "4 or 9 steps; the domain's own number by default");
const preset = new Option(
  "--preset <name>",
  "one of the model's presets: fewer steps; `makeanything domains` lists them",
);
const preview = new Option(
  "--preview <file>",
  "write the page as it seems to become there, a small PNG, while it is painted",
);
const seed = new Option("--seed <n>", "the same seed gives the same pictures").argParser(integer);
domain.makeOptionMandatory();
frames.argParser(integer);

examples(
  program
    .command("serve")
    .description("speak MCP over stdin and stdout, or over HTTP")
    .option("--http [host:port]", "over HTTP, at 127.0.0.1:3333 or there; others need a token")
    .action(async (_, command: Command) => {
      const { serve } = await import("./cli/serve.js");
      process.stdout.off("error", leave); // the server ends its children first
      await serve(command.optsWithGlobals<ServeFlags>(), version);
    }),
  ["makeanything serve --allow ~/Pictures --allow ~/Desktop", "makeanything serve --http"],
);

interface GenerateFlags extends MakeFlags, BlendFlags {
  frames?: number;
  preset?: string;
  seed?: number;
}
examples(
  program
    .command("generate")
    .description("paint how something is made")
    .argument("<subject>", "what is made, in a few words")
    .addOption(domain)
    .addOption(style)
    .addOption(frames)
    .addOption(preset)
    .addOption(seed)
    .addOption(preview)
    .addOption(out)
    .addOption(json)
    .action(async (subject: string, _, command: Command) => {
      const flags = command.optsWithGlobals<GenerateFlags>();
      const { make } = await import("./cli/make.js");
      const { readBlend } = await import("./cli/blend.js");
      const input = { ...flags, ...readBlend(flags), subject };
      await make("generate", input, flags, interruptible());
    }),
  [
    'makeanything generate "a blue boat" --domain painting',
    'makeanything generate "a red castle" --domain lego --frames 4 --seed 7 --out castle --json',
    'makeanything generate "a tree" --domain lego:0.6,painting:0.4 --style watercolor:0.8',
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
    .addOption(style)
    .option("--subject <words>", "what the picture shows")
    .addOption(frames)
    .addOption(preset)
    .addOption(seed)
    .addOption(preview)
    .addOption(out)
    .addOption(json)
    .action(async (image: string, _, command: Command) => {
      const flags = command.optsWithGlobals<RecraftFlags>();
      const { make } = await import("./cli/make.js");
      const { readBlend } = await import("./cli/blend.js");
      const input = { ...flags, ...readBlend(flags), image };
      await make("recraft", input, flags, interruptible());
    }),
  ['makeanything recraft rocket.png --domain sketch --subject "a red rocket" --out steps'],
);

interface RefineFlags extends MakeFlags {
  between?: string[];
  steps?: number;
  style?: string[] | false;
  seed?: number;
}
examples(
  program
    .command("refine")
    .description("paint new steps between the steps of a procedure")
    .argument("<id>", "the procedure's id")
    .option("--between <steps...>", "two neighbouring steps, counted from 1")
    .option("--steps <n>", "steps in all, up to 64; the new ones go where most happens", integer)
    .addOption(style)
    .option("--no-style", "new steps without the styles that the others have")
    .addOption(seed)
    .addOption(preview)
    .addOption(out)
    .addOption(json)
    .action(async (procedureId: string, _, command: Command) => {
      const flags = command.optsWithGlobals<RefineFlags>();
      const between = pair(flags.between);
      const { make } = await import("./cli/make.js");
      const { readStyles } = await import("./cli/blend.js");
      const input = { ...flags, procedureId, between, styles: readStyles(flags.style) };
      await make("refine", input, flags, interruptible());
    }),
  ["makeanything refine ID --between 3 4", "makeanything refine ID --steps 16 --out finer"],
);

examples(
  program
    .command("export")
    .description("write a procedure as something to keep, print or send")
    .argument("<id>", "the procedure's id")
    .addOption(
      new Option("--format <format>", "a page with a step player, a document, a moving picture …")
        .choices(["html", "md", "pdf", "gif", "webp", "zip"])
        .makeOptionMandatory(),
    )
    .option("--out <file>", "the file to write, which must not be there (default: the data folder)")
    .addOption(json)
    .action(async (id: string, _, command: Command) => {
      const { exportTo } = await import("./cli/export.js");
      await exportTo(id, command.optsWithGlobals<ExportFlags>(), interruptible());
    }),
  [
    "makeanything export ID --format html --out rocket.html",
    "makeanything export ID --format md --out rocket.md",
  ],
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

const adapters = examples(
  program
    .command("adapters")
    .description("styles: LoRAs of your own that change how a craft looks"),
  [
    'makeanything adapters add aquarelle.safetensors --name watercolor --trigger "watercolor painting"',
    "makeanything adapters list",
    "makeanything adapters remove watercolor",
  ],
);
adapters
  .command("add")
  .description("hold a LoRA of any format against the model, and put a copy into the data folder")
  .argument("<file>", "a .safetensors file")
  .requiredOption("--name <name>", "what it will be called, as watercolor")
  .option(
    "--trigger <words>",
    "what it was trained to be called by; goes into every prompt with it",
  )
  .option("--weight <w>", "its usual weight, -2 to 2 (default: 1)", number)
  .addOption(json)
  .action(async (file: string, _, command: Command) => {
    const { addAdapter } = await import("./cli/adapters-add.js");
    await addAdapter(file, command.optsWithGlobals<AddFlags>());
  });
adapters
  .command("list")
  .description("your styles and the model's, and the domains that you trained")
  .addOption(json)
  .action(async (_, command: Command) => {
    const { listAdapters } = await import("./cli/adapters.js");
    await listAdapters(command.optsWithGlobals<AdaptersFlags>());
  });
adapters
  .command("remove")
  .description("remove the copy of a style")
  .argument("<name>")
  .addOption(json)
  .action(async (name: string, _, command: Command) => {
    const { removeAdapter } = await import("./cli/adapters.js");
    await removeAdapter(name, command.optsWithGlobals<AdaptersFlags>());
  });

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

const models = examples(
  program
    .command("models")
    .description("weights from the Hugging Face hub, in the cache that its own tools use"),
  [
    "makeanything models list",
    "makeanything models pull flux1-dev",
    "makeanything models pull makeanything-9f --domain lego",
  ],
);
models
  .command("list")
  .description("what there is, on whose terms, and what of it is here")
  .addOption(json)
  .action(async (_, command: Command) => {
    const { listModels } = await import("./cli/models.js");
    await listModels(command.optsWithGlobals<ModelsFlags>());
  });
models
  .command("pull")
  .description(
    "fetch models and what they come with; the same command goes on where it was stopped",
  )
  .argument("<ids...>", "`makeanything models list` shows them")
  .option(
    "--domain <slug>",
    "one domain of makeanything-9f or makeanything-4f, in a file of its own",
  )
  .option("--alone", "without the parts that a model comes with")
  .option("--check", "hash what is here, and fetch again what is corrupt")
  .addOption(json)
  .action(async (ids: string[], _, command: Command) => {
    const { pullModels } = await import("./cli/models-pull.js");
    await pullModels(ids, command.optsWithGlobals<PullFlags>(), interruptible());
  });
models
  .command("verify")
  .description("hash what is here, and name what is corrupt")
  .argument("[ids...]", "all that is here by default")
  .addOption(json)
  .action(async (ids: string[], _, command: Command) => {
    const { verifyModels } = await import("./cli/models-verify.js");
    await verifyModels(ids, command.optsWithGlobals<ModelsFlags>(), interruptible());
  });
models
  .command("convert")
  .description(
    "make the model's weights ready for its variant (--variant) ahead of the first picture",
  )
  .option("--check", "read what was made before once more, and make it again where it has changed")
  .addOption(json)
  .action(async (_, command: Command) => {
    const { convertModels } = await import("./cli/models-convert.js");
    await convertModels(command.optsWithGlobals<ConvertFlags>(), interruptible());
  });
models
  .command("where")
  .description("print the files of models, one a line")
  .argument("<ids...>")
  .addOption(json)
  .action(async (ids: string[], _, command: Command) => {
    const { whereModels } = await import("./cli/models.js");
    await whereModels(ids, command.optsWithGlobals<ModelsFlags>());
  });
models
  .command("remove")
  .description(
    "remove models, but not their parts, nor bytes that another snapshot has: asks first",
  )
  .argument("<ids...>")
  .option("--yes", "do not ask")
  .addOption(json)
  .action(async (ids: string[], _, command: Command) => {
    const { removeModels } = await import("./cli/models-remove.js");
    await removeModels(ids, command.optsWithGlobals<RemoveFlags>());
  });

examples(
  program
    .command("doctor")
    .description(
      "say what is on this machine, how a model will be run and why, and what is missing",
    )
    .addOption(json)
    .action(async (_, command: Command) => {
      const { doctor } = await import("./cli/doctor.js");
      await doctor(command.optsWithGlobals<DoctorFlags>());
    }),
  ["makeanything doctor", "makeanything doctor --variant cuda-8bit"],
);

examples(
  program
    .command("setup")
    .description("make a model folder of FLUX.1-dev as it was found, its weights where they lie")
    .option("--transformer <file>", "the file to take, where several would do")
    .addOption(json)
    .action(async (_, command: Command) => {
      const { setup } = await import("./cli/setup.js");
      await setup(command.optsWithGlobals<SetupFlags>());
    }),
  ["makeanything setup", "makeanything setup --transformer ~/ComfyUI/models/unet/flux1-dev.gguf"],
);

examples(
  program
    .command("parity")
    .description("hold the engine against cases of the original implementations")
    .argument("<dir>", "a model folder with cases/")
    .addOption(json)
    .action(async (folder: string, _, command: Command) => {
      const { checkParity } = await import("./cli/parity.js");
      await checkParity(folder, command.optsWithGlobals());
    }),
  ["makeanything parity models/embedded", "makeanything parity models/embedded --provider webgpu"],
);

examples(
  program
    .command("train")
    .description("train a model or an adapter; the same command resumes what was stopped")
    .argument(
      "<kind>",
      "asymmetric-lora, recraft, interpolation, style, domain, base, autoencoder, world; plan: several in turn; pack: what was learnt so far, in few bytes",
    )
    .option("--config <file>", "what is trained on what, as JSON; see recipes/")
    .option("--frames <dir>", "of a domain: its pages, or a folder of frames for each sequence")
    .option("--name <slug>", "of a domain: what it will be called, such as origami")
    .option("--phrase <words>", "of a domain: its process in a prompt: origami folding process")
    .option("--steps <n>", "of a domain: how long it learns", integer)
    .action(async (kind: string, _, command: Command) => {
      const { train } = await import("./cli/train.js");
      await train(kind, command.optsWithGlobals(), interruptible());
    }),
  [
    "makeanything train domain --frames origami --name origami",
    "makeanything train plan --config recipes/embedded/plan.json",
  ],
);

examples(
  program
    .command("caption")
    .description("describe training data that has no captions, with a vision model")
    .argument("<dir>", "pages, or a folder of frames for each sequence")
    .option("--endpoint <url>", "OpenAI-compatible, as Ollama, LM Studio and hosts offer", OLLAMA)
    .requiredOption("--model <name>", "a model there that reads pictures")
    .option(
      "--api-key-env <name>",
      "the variable with the key (default: OPENAI_API_KEY; '' for none)",
    )
    .option("--phrase <words>", "the process, put before every subject")
    .addOption(
      new Option("--frames <n>", "4 or 9 on each page; found out by default").argParser(integer),
    )
    .addOption(
      new Option("--concurrency <n>", "how many are asked at once, 1 to 4")
        .argParser(integer)
        .default(1),
    )
    .addOption(
      new Option("--timeout-s <n>", "the longest wait for one answer, in s")
        .argParser(integer)
        .default(240),
    )
    .addOption(json)
    .action(async (folder: string, flags: CaptionFlags) => {
      const { caption } = await import("./cli/caption.js");
      await caption(folder, flags, interruptible());
    }),
  [
    "makeanything caption origami --model qwen2.5vl",
    "makeanything caption origami --endpoint https://api.openai.com/v1 --model gpt-4o --concurrency 4",
  ],
);

examples(
  program
    .command("install")
    .description("let a host start this server: shows the change to its configuration, and asks")
    .addArgument(
      new Argument("<host>").choices(["claude-desktop", "claude-code", "cursor", "vscode"]),
    )
    .option("--remove", "take the server out again")
    .option("--yes", "do not ask")
    .option("--file <file>", "another file than the usual one, as of a profile")
    .action(async (host: HostName, _, command: Command) => {
      const { install } = await import("./cli/install.js");
      await install(host, command.optsWithGlobals<InstallFlags>(), program.options);
    }),
  [
    "makeanything install claude-desktop",
    "makeanything install vscode --allow ~/Art --yes",
    "makeanything install cursor --remove",
  ],
);

examples(
  program
    .command("install-cuda")
    .description(
      "let large models run on an NVIDIA GPU: says what is missing, fetches its provider",
    )
    .option("--check", "fetch nothing")
    .addOption(json)
    .action(async (flags: InstallCudaFlags) => {
      const { installCuda } = await import("./cli/install-cuda.js");
      await installCuda(flags, interruptible());
    }),
  ["makeanything install-cuda --check", "makeanything install-cuda"],
);

const evaluation = examples(
  program
    .command("eval")
    .description("measure what a model paints against the sequences of the world")
    .option("--count <n>", "held-out triples of subject, colour and domain", integer)
    .addOption(seed)
    .addOption(new Option("--out <dir>", "results, table and report (default: evaluation)"))
    .option("--clip <dir>", "CLIP's weights, as Hugging Face has them (default: models/clip)")
    .addOption(json)
    .action(async (_, command: Command) => {
      const { evaluateModel } = await import("./cli/eval.js");
      await evaluateModel(command.optsWithGlobals<EvalFlags>(), interruptible());
    }),
  [
    "makeanything eval --count 20 --out runs/eval",
    "makeanything eval judge procedures --model qwen2.5vl",
    "makeanything eval form ours theirs --out comparison",
  ],
);
examples(
  evaluation
    .command("judge")
    .description("let a vision model judge procedures: alignment, coherence, usability, 1 to 5")
    .argument("<dirs...>", "procedures, or folders of them")
    .option("--endpoint <url>", "OpenAI-compatible, as Ollama, LM Studio and hosts offer", OLLAMA)
    .requiredOption("--model <name>", "a model there that reads pictures")
    .option(
      "--api-key-env <name>",
      "the variable with the key (default: OPENAI_API_KEY; '' for none)",
    )
    .addOption(
      new Option("--timeout-s <n>", "the longest wait for one answer, in s")
        .argParser(integer)
        .default(240),
    )
    .option("--out <file>", "gets the verdicts, one a line (default: judgements.jsonl)")
    .addOption(json)
    .action(async (folders: string[], _, command: Command) => {
      const { judgeProcedures } = await import("./cli/eval-judge.js");
      await judgeProcedures(folders, command.optsWithGlobals<JudgeFlags>(), interruptible());
    }),
  ["makeanything eval judge rocket castle --model qwen2.5vl --out judgements.jsonl"],
);
examples(
  evaluation
    .command("form")
    .description("make a blind side-by-side form for people, or count what they answered")
    .argument("[dirs...]", "two folders of procedures, of the same subjects")
    .option("--read <files...>", "answers to the form in --out")
    .option("--out <dir>", "gets the form and its key (default: comparison)")
    .addOption(json)
    .action(async (folders: string[], _, command: Command) => {
      const { comparisonForm } = await import("./cli/eval-form.js");
      await comparisonForm(folders, command.optsWithGlobals<FormFlags>());
    }),
  [
    "makeanything eval form ours theirs --out comparison",
    "makeanything eval form --read answers-*.json --out comparison",
  ],
);
examples(
  evaluation
    .command("clip")
    .description("score how well the last frames of procedures show their subjects")
    .argument("<dirs...>", "procedures, or folders of them")
    .option("--clip <dir>", "CLIP's weights, as Hugging Face has them (default: models/clip)")
    .addOption(json)
    .action(async (folders: string[], _, command: Command) => {
      const { clipScores } = await import("./cli/eval-clip.js");
      await clipScores(folders, command.optsWithGlobals<ClipFlags>());
    }),
  ["makeanything eval clip procedures --clip ~/clip-vit-large-patch14"],
);
examples(
  evaluation
    .command("classifier")
    .description("train the network that tells what frames show; resumes what was stopped")
    .requiredOption("--config <file>", "a recipe; see recipes/evaluation")
    .action(async ({ config }: { config: string }) => {
      const { trainClassifier } = await import("./cli/eval-classifier.js");
      await trainClassifier(config, interruptible());
    }),
  ["makeanything eval classifier --config recipes/evaluation/classifier.json"],
);

// Whoever reads our output may leave before the end, as `head` does.
process.stdout.on("error", leave);
try {
  // Told, or Electron's Node, which Claude Desktop lends its extensions, would mean another form of argv.
  await program.parseAsync(process.argv, { from: "node" });
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

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw new InvalidArgumentError("must be a number.");
  return value;
}

function pair(steps: readonly string[] | undefined): [number, number] | undefined {
  if (steps === undefined) return undefined;
  const [a = NaN, b = NaN, ...rest] = steps.map(Number);
  if (!Number.isInteger(a) || !Number.isInteger(b) || rest.length > 0)
    throw new InvalidArgumentError("--between needs two step numbers, as --between 3 4.");
  return [a, b];
}

function examples(command: Command, lines: string[]): Command {
  return command.addHelpText(
    "after",
    `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`,
  );
}
