// A preset of the model: a page in fewer steps, with a LoRA that was trained for them on top of the others.
import { ProcedureError } from "./error.js";
import { requireAdapter } from "./context.js";
import type { Model } from "./model.js";
import type { StackPart } from "./stack.js";

export interface Preset {
  /** Euler steps; the model's own number where none is given */
  steps?: number;
  stack: StackPart[];
}

/** Throws `unknown_preset` or `adapter_not_installed`. @param name - nothing: as the model always paints */
export function presetOf(model: Model, name: string | undefined): Preset {
  if (name === undefined) return { stack: [] };
  const preset = Object.hasOwn(model.presets, name) ? model.presets[name] : undefined;
  if (preset === undefined) {
    const names = Object.keys(model.presets).join(", ");
    throw new ProcedureError(
      "unknown_preset",
      `preset: the model “${model.name}” has ${names === "" ? "no presets; leave it out" : `${names}, got “${name.slice(0, 60)}”`}`,
    );
  }
  const { steps, lora, weight } = preset;
  if (lora === undefined) return { steps, stack: [] };
  requireAdapter(model, lora);
  return { steps, stack: [{ name: lora, weight }] };
}
