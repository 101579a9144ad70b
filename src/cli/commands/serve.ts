// The command that a host starts.
import type { Command } from "commander";
import { examples } from "./examples.js";
import type { ServeFlags } from "../serve.js";

/** @param leave - what listens to the output's errors until the server does */
export function declareServe(program: Command, version: string, leave: () => void): void {
  examples(
    program
      .command("serve")
      .description("speak MCP over stdin and stdout, or over HTTP")
      .option("--http [host:port]", "over HTTP, at 127.0.0.1:3333 or there; others need a token")
      .action(async (_, command: Command) => {
        const { serve } = await import("../serve.js");
        process.stdout.off("error", leave); // the server ends its children first
        await serve(command.optsWithGlobals<ServeFlags>(), version);
      }),
    ["makeanything serve --allow ~/Pictures --allow ~/Desktop", "makeanything serve --http"],
  );
}
