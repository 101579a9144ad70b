// `makeanything parity`: the engine against cases of the original implementations.
import { parity, type ParityResult } from "../engine/index.js";
import { configFrom, engineSettings, type Flags } from "./settings.js";

export async function checkParity(
  folder: string,
  { json, ...flags }: Flags & { json?: boolean },
): Promise<void> {
  const cases: ParityResult[] = [];
  for await (const result of parity(folder, engineSettings(configFrom(flags)))) {
    cases.push(result);
    if (!json) console.log(tell(result));
  }
  const failed = cases.filter(({ pass }) => !pass);
  const pass = cases.length > 0 && failed.length === 0;
  if (json) console.log(JSON.stringify({ pass, cases }));
  else console.log(`${cases.length - failed.length} of ${cases.length} cases pass`);
  if (!pass) process.exitCode = 1;
}

function tell(result: ParityResult): string {
  const { name, maxAbs, meanAbs, relativeRms, pass, measure, limit, error } = result;
  const numbers = [
    `max ${maxAbs.toExponential(2)}`,
    `mean ${meanAbs.toExponential(2)}`,
    `relative RMS ${relativeRms.toExponential(2)}`,
    `(${measure} ≤ ${limit.toPrecision(1)})`,
  ];
  return `${pass ? "pass" : "FAIL"}  ${name.padEnd(36)} ${error ?? numbers.join("  ")}`;
}
