// Learning, and the words it learns from: train, caption.
import { type Command, Option } from "commander";
import { examples } from "./examples.js";
import { apiKeyEnv, endpoint, integer, json, model, timeout } from "./options.js";
import type { CaptionFlags } from "../caption.js";
import { interruptible } from "../interrupt.js";

export function declareLearning(program: Command): void {
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
        const { train } = await import("../train.js");
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
      .addOption(endpoint)
      .addOption(model)
      .addOption(apiKeyEnv)
      .option("--phrase <words>", "the process, put before every subject")
      .addOption(
        new Option("--frames <n>", "4 or 9 on each page; found out by default").argParser(integer),
      )
      .addOption(
        new Option("--concurrency <n>", "how many are asked at once, 1 to 4")
          .argParser(integer)
          .default(1),
      )
      .addOption(timeout)
      .addOption(json)
      .action(async (folder: string, flags: CaptionFlags) => {
        const { caption } = await import("../caption.js");
        await caption(folder, flags, interruptible());
      }),
    [
      "makeanything caption origami --model qwen2.5vl",
      "makeanything caption origami --endpoint https://api.openai.com/v1 --model gpt-4o --concurrency 4",
    ],
  );
}
