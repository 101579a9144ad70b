// What leaves the store: a procedure as a file.
import { type Command, Option } from "commander";
import { examples } from "./examples.js";
import { json } from "./options.js";
import type { ExportFlags } from "../export.js";
import { interruptible } from "../interrupt.js";

export function declareExport(program: Command): void {
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
      .option(
        "--out <file>",
        "the file to write, which must not be there (default: the data folder)",
      )
      .addOption(json)
      .action(async (id: string, _, command: Command) => {
        const { exportTo } = await import("../export.js");
        await exportTo(id, command.optsWithGlobals<ExportFlags>(), interruptible());
      }),
    [
      "makeanything export ID --format html --out rocket.html",
      "makeanything export ID --format md --out rocket.md",
    ],
  );
}
