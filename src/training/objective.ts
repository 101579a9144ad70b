// What is trained: parameters, and where their gradients come from. The loop knows nothing else.
import type { Gradients, Parameter } from "../engine/train/index.js";
import type { Raster } from "../raster.js";

export interface StepResult {
  /** mean over the step's samples */
  loss: number;
  /** of some or all parameters; the loop may change them in place */
  gradients: Gradients;
  samples: number;
}

/** Named pictures for the report. */
export type Preview = { name: string; picture: Raster }[];

export interface Objective {
  readonly parameters: readonly Parameter[];
  /** Loss and gradients of a step. A step's data depend on its number alone, so that a run can resume. */
  step(step: number): Promise<StepResult>;
  /** What the weights can do. @param values - by parameter name */
  preview(values: Values): Promise<Preview>;
  /** Writes the files that the training is for. */
  export(values: Values): Promise<void>;
  close(): Promise<void>;
}

export type Values = ReadonlyMap<string, Float32Array>;
