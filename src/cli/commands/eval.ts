// How good a model is: against the world, by a judge, by people, by CLIP.
import { type Command, Option } from "commander";
import { examples } from "./examples.js";
import { apiKeyEnv, endpoint, integer, json, model, seed, timeout } from "./options.js";
import type { ClipFlags } from "../eval-clip.js";
import type { CompareFlags } from "../eval-compare.js";
import type { FormFlags } from "../eval-form.js";
import type { JudgeFlags } from "../eval-judge.js";
import type { EvalFlags } from "../eval.js";
import { interruptible } from "../interrupt.js";

const clip = new Option(
  "--clip <dir>",
  "CLIP's weights, as Hugging Face has them (default: models/clip)",
);

export function declareEvaluation(program: Command): void {
  const evaluation = examples(
    program
      .command("eval")
      .description("measure what a model paints against the sequences of the world")
      .option("--count <n>", "held-out triples of subject, colour and domain", integer)
      .addOption(seed)
      .addOption(new Option("--out <dir>", "results, table and report (default: evaluation)"))
      .addOption(clip)
      .addOption(json)
      .action(async (_, command: Command) => {
        const { evaluateModel } = await import("../eval.js");
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
      .command("compare")
      .description("measure ways to paint against each other, over models that were trained alike")
      .requiredOption("--config <file>", "what is compared; see recipes/ablation")
      .addOption(json)
      .action(async (_, command: Command) => {
        const { compareWays } = await import("../eval-compare.js");
        await compareWays(command.optsWithGlobals<CompareFlags>(), interruptible());
      }),
    ["makeanything eval compare --config recipes/ablation/comparisons.json"],
  );
  examples(
    evaluation
      .command("judge")
      .description("let a vision model judge procedures: alignment, coherence, usability, 1 to 5")
      .argument("<dirs...>", "procedures, or folders of them")
      .addOption(endpoint)
      .addOption(model)
      .addOption(apiKeyEnv)
      .addOption(timeout)
      .option("--out <file>", "gets the verdicts, one a line (default: judgements.jsonl)")
      .addOption(json)
      .action(async (folders: string[], _, command: Command) => {
        const { judgeProcedures } = await import("../eval-judge.js");
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
        const { comparisonForm } = await import("../eval-form.js");
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
      .addOption(clip)
      .addOption(json)
      .action(async (folders: string[], _, command: Command) => {
        const { clipScores } = await import("../eval-clip.js");
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
        const { trainClassifier } = await import("../eval-classifier.js");
        await trainClassifier(config, interruptible());
      }),
    ["makeanything eval classifier --config recipes/evaluation/classifier.json"],
  );
}
