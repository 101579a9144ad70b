// Weights: listed, fetched, checked, made ready, removed.
import type { Command } from "commander";
import { examples } from "./examples.js";
import { json } from "./options.js";
import { interruptible } from "../interrupt.js";
import type { ConvertFlags } from "../models-convert.js";
import type { PullFlags } from "../models-pull.js";
import type { RemoveFlags } from "../models-remove.js";
import type { ModelsFlags } from "../models.js";

export function declareModels(program: Command): void {
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
      const { listModels } = await import("../models.js");
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
      const { pullModels } = await import("../models-pull.js");
      await pullModels(ids, command.optsWithGlobals<PullFlags>(), interruptible());
    });
  models
    .command("verify")
    .description("hash what is here, and name what is corrupt")
    .argument("[ids...]", "all that is here by default")
    .addOption(json)
    .action(async (ids: string[], _, command: Command) => {
      const { verifyModels } = await import("../models-verify.js");
      await verifyModels(ids, command.optsWithGlobals<ModelsFlags>(), interruptible());
    });
  models
    .command("convert")
    .description(
      "make the model's weights ready for its variant (--variant) ahead of the first picture",
    )
    .option(
      "--check",
      "read what was made before once more, and make it again where it has changed",
    )
    .addOption(json)
    .action(async (_, command: Command) => {
      const { convertModels } = await import("../models-convert.js");
      await convertModels(command.optsWithGlobals<ConvertFlags>(), interruptible());
    });
  models
    .command("where")
    .description("print the files of models, one a line")
    .argument("<ids...>")
    .addOption(json)
    .action(async (ids: string[], _, command: Command) => {
      const { whereModels } = await import("../models.js");
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
      const { removeModels } = await import("../models-remove.js");
      await removeModels(ids, command.optsWithGlobals<RemoveFlags>());
    });
}
