// What there is to paint in: crafts, and styles on top.
import { type Command, Option } from "commander";
import { examples } from "./examples.js";
import { json, number } from "./options.js";
import type { AddFlags } from "../adapters-add.js";
import type { AdaptersFlags } from "../adapters.js";
import type { MakeFlags } from "../make.js";

export function declareCrafts(program: Command): void {
  examples(
    program
      .command("domains")
      .description("list the crafts, and what the model can draw")
      .addOption(new Option("--out <dir>", "write the list there, as domains.json"))
      .addOption(json)
      .action(async (_, command: Command) => {
        const { listDomains } = await import("../domains.js");
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
      const { addAdapter } = await import("../adapters-add.js");
      await addAdapter(file, command.optsWithGlobals<AddFlags>());
    });
  adapters
    .command("list")
    .description("your styles and the model's, and the domains that you trained")
    .addOption(json)
    .action(async (_, command: Command) => {
      const { listAdapters } = await import("../adapters.js");
      await listAdapters(command.optsWithGlobals<AdaptersFlags>());
    });
  adapters
    .command("remove")
    .description("remove the copy of a style")
    .argument("<name>")
    .addOption(json)
    .action(async (name: string, _, command: Command) => {
      const { removeAdapter } = await import("../adapters.js");
      await removeAdapter(name, command.optsWithGlobals<AdaptersFlags>());
    });
}
