// What this machine has, will run, and computes rightly: doctor, setup, parity.
import type { Command } from "commander";
import { examples } from "./examples.js";
import { json } from "./options.js";
import type { DoctorFlags } from "../doctor.js";
import type { SetupFlags } from "../setup.js";

export function declareMachine(program: Command): void {
  examples(
    program
      .command("doctor")
      .description(
        "say what is on this machine, how a model will be run and why, and what is missing",
      )
      .addOption(json)
      .action(async (_, command: Command) => {
        const { doctor } = await import("../doctor.js");
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
        const { setup } = await import("../setup.js");
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
        const { checkParity } = await import("../parity.js");
        await checkParity(folder, command.optsWithGlobals());
      }),
    [
      "makeanything parity models/embedded",
      "makeanything parity models/embedded --provider webgpu",
    ],
  );
}
