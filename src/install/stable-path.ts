// The path under which a program will still be found after its next update.
import { existsSync } from "node:fs";

/** Homebrew keeps each version in a folder that the next one takes away, and links `opt` to the newest. */
export function stablePath(program: string): string {
  const linked = program.replace(/\/Cellar\/([^/]+)\/[^/]+\//, "/opt/$1/");
  return existsSync(linked) ? linked : program;
}
