// What is set up beside this package: a host's configuration, CUDA's provider.
import { Argument, type Command } from "commander";
import { examples } from "./examples.js";
import { json } from "./options.js";
import type { InstallCudaFlags } from "../install-cuda.js";
import type { HostName, InstallFlags } from "../install.js";
import { interruptible } from "../interrupt.js";

export function declareInstall(program: Command): void {
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
        const { install } = await import("../install.js");
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
        const { installCuda } = await import("../install-cuda.js");
        await installCuda(flags, interruptible());
      }),
    ["makeanything install-cuda --check", "makeanything install-cuda"],
  );
}
