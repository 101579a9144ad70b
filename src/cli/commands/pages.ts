// Pages and frames, without a model: split, compose.
import { type Command, Option } from "commander";
import { examples } from "./examples.js";
import { json } from "./options.js";
import type { Order } from "../../grid/index.js";

export function declarePages(program: Command): void {
  examples(
    program
      .command("split")
      .description("cut a page into its frames; finds out by itself whether they are 4 or 9")
      .argument("<page>", "a picture of a page")
      .option("--out <dir>", "where the frames go (default: PAGE-frames)")
      .addOption(json)
      .action(async (page: string, flags: { out?: string; json?: boolean }) => {
        const { splitPage } = await import("../pages.js");
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
        const { composePage } = await import("../pages.js");
        await composePage(files, flags);
      }),
    ["makeanything compose frames/*.png --out page.png"],
  );
}
