// What there is to compute on.
import type { Line, Section } from "../diagnosis.js";
import type { World } from "../world.js";
import { sayBytes } from "../../models/index.js";

type Seen = Pick<World, "machine" | "disk">;

export function machineSection({ machine: { ramBytes, providers, cuda }, disk }: Seen): Section {
  const others = providers.filter(({ provider }) => provider !== "cpu");
  const lines = others.map(({ provider, usable, why, found, attention, memoryBytes }): Line => {
    const memory = memoryBytes === undefined ? "" : `, ${sayBytes(memoryBytes)}`;
    const test = usable && found !== undefined ? `; ${found}` : "";
    const state = usable ? (attention === "plain" ? "note" : "ok") : "no";
    return { state, what: provider, words: `${why}${usable ? memory : ""}${test}` };
  });
  const lacking = cuda.filter(({ ok }) => !ok);
  const free = disk.freeBytes === undefined ? "of unknown size" : `${sayBytes(disk.freeBytes)} free`;
  return {
    title: "This machine",
    lines: [
      ...lines,
      { state: "ok", what: "cpu", words: `${sayBytes(ramBytes)} of memory` },
      ...lacking.map(({ what, words }): Line => ({ state: "missing", what, words })),
      { state: "ok", what: "data folder", words: free, path: disk.folder },
    ],
  };
} // prettier-ignore
