// A diagnosis as text: short lines, aligned, without colours.
import path from "node:path";
import type { Diagnosis, Line, Section, Step } from "./diagnosis.js";

const STATE_WIDTH = 9;
const INDENT = "  ";

/** @param homeDir - is written as ~ */
export function tell({ sections, next }: Diagnosis, homeDir: string): string {
  const home = homeDir + path.sep;
  const short = (word: string) =>
    word.startsWith(home) ? `~${path.sep}${word.slice(home.length)}` : word;
  const parts = [...sections.map(tellSection), ...(next.length === 0 ? [] : [tellSteps(next)])];
  return parts.join("\n\n").split(" ").map(short).join(" ");
}

function tellSteps(steps: readonly Step[]): string {
  const width = Math.max(...steps.map(({ command }) => command.length));
  const lines = steps.map(({ command, why }) => `${INDENT}${command.padEnd(width)}  ${why}`);
  return ["Next", ...lines].join("\n");
}

function tellSection({ title, lines }: Section): string {
  const width = Math.max(...lines.map(({ what }) => what.length));
  return [title, ...lines.map((line) => tellLine(line, width + 2))].join("\n");
}

function tellLine({ state, what, words, path: place = "" }: Line, width: number): string {
  const head = `${INDENT}${state.padEnd(STATE_WIDTH)}`;
  const text = words === "" ? place : words;
  const isBelow = words !== "" && place !== "";
  const below = isBelow ? [" ".repeat(head.length + width) + place] : [];
  const rows = [head + what.padEnd(width) + text, ...below];
  return rows.map((row) => visible(row).trimEnd()).join("\n");
}

/** Names come from anybody: none of them moves the cursor or colours the screen. */
const visible = (text: string): string => text.replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, "?");
