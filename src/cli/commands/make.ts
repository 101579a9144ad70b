// The commands that paint: generate, recraft, refine.
import { type Command, InvalidArgumentError } from "commander";
import { examples } from "./examples.js";
import { domain, frames, integer, json, out, preset, preview, seed, style } from "./options.js";
import type { BlendFlags } from "../blend.js";
import { interruptible } from "../interrupt.js";
import type { MakeFlags } from "../make.js";

interface GenerateFlags extends MakeFlags, BlendFlags {
  frames?: number;
  preset?: string;
  seed?: number;
}

interface RecraftFlags extends GenerateFlags {
  subject?: string;
}

interface RefineFlags extends MakeFlags {
  between?: string[];
  steps?: number;
  style?: string[] | false;
  seed?: number;
}

export function declareMaking(program: Command): void {
  examples(
    withPageOptions(
      program
        .command("generate")
        .description("paint how something is made")
        .argument("<subject>", "what is made, in a few words"),
    ).action(async (subject: string, _, command: Command) => {
      const flags = command.optsWithGlobals<GenerateFlags>();
      const { make } = await import("../make.js");
      const { readBlend } = await import("../blend.js");
      const input = { ...flags, ...readBlend(flags), subject };
      await make("generate", input, flags, interruptible());
    }),
    [
      'makeanything generate "a blue boat" --domain painting',
      'makeanything generate "a red castle" --domain lego --frames 4 --seed 7 --out castle --json',
      'makeanything generate "a tree" --domain lego:0.6,painting:0.4 --style watercolor:0.8',
    ],
  );

  examples(
    withPageOptions(
      program
        .command("recraft")
        .description("paint the steps that may have led to a picture")
        .argument("<file>", "a picture, or a step: procedure://{id}/steps/{n}.png")
        .option("--subject <words>", "what the picture shows"),
    ).action(async (image: string, _, command: Command) => {
      const flags = command.optsWithGlobals<RecraftFlags>();
      const { make } = await import("../make.js");
      const { readBlend } = await import("../blend.js");
      const input = { ...flags, ...readBlend(flags), image };
      await make("recraft", input, flags, interruptible());
    }),
    ['makeanything recraft rocket.png --domain icon --subject "a red rocket" --out steps'],
  );

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
        const { make } = await import("../make.js");
        const { readStyles } = await import("../blend.js");
        const input = { ...flags, procedureId, between, styles: readStyles(flags.style) };
        await make("refine", input, flags, interruptible());
      }),
    ["makeanything refine ID --between 3 4", "makeanything refine ID --steps 16 --out finer"],
  );
}

/** What a new page has, whatever it is painted from. */
const withPageOptions = (command: Command): Command =>
  [domain, style, frames, preset, seed, preview, out, json].reduce(
    (all, option) => all.addOption(option),
    command,
  );

function pair(steps: readonly string[] | undefined): [number, number] | undefined {
  if (steps === undefined) return undefined;
  const [a = NaN, b = NaN, ...rest] = steps.map(Number);
  if (!Number.isInteger(a) || !Number.isInteger(b) || rest.length > 0)
    throw new InvalidArgumentError("--between needs two step numbers, as --between 3 4.");
  return [a, b];
}
