// Machines that tests look at.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Sight } from "#src/engine/runtime/index.js";

export const GIB = 2 ** 30;

/** @param commands - what each writes; the others cannot be run */
export function machine(
  given: Partial<Omit<Sight, "run">> = {},
  commands: Record<string, string> = {},
): Sight {
  return {
    platform: "linux",
    arch: "x64",
    root: "/nowhere",
    ramBytes: 32 * GIB,
    ...given,
    run: async (command) => commands[command],
  };
}

/** @param files - of each card's device folder */
export function writeCards(root: string, cards: Record<string, Record<string, string>>): void {
  for (const [card, files] of Object.entries(cards)) {
    const folder = join(root, "sys/class/drm", card, "device");
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  }
}
