// LoRAs that paint in fewer steps, as rows: how each is known among what was found, and the preset it makes.
import type { FoundFile } from "./world.js";

interface Row {
  preset: string;
  /** the name of its file, or of its repository */
  isIn: RegExp;
  steps: number;
  weight: number;
}

const rows: readonly Row[] = [
  { preset: "hyper-8", isIn: /Hyper-FLUX\.1-dev-8steps/i, steps: 8, weight: 0.125 },
  { preset: "hyper-16", isIn: /Hyper-FLUX\.1-dev-16steps/i, steps: 16, weight: 0.125 },
  { preset: "turbo", isIn: /FLUX\.1-Turbo-Alpha/i, steps: 8, weight: 1 },
];

export interface Accelerator extends Omit<Row, "isIn"> {
  file: FoundFile;
}

export function acceleratorsIn(files: readonly FoundFile[]): Accelerator[] {
  return rows.flatMap(({ isIn, ...row }) => {
    const file = files.find(({ path, lora }) => lora?.domainCount === 0 && isIn.test(path));
    return file === undefined ? [] : [{ ...row, file }];
  });
}
