// Crafts without colours know only how dark a thing is.
import type { Drawing } from "./scene.js";
import { lightness } from "./svg.js";

/** 0 … 1; the same whatever colour the scene has, for no prompt names one. */
export function darknessOf(fill: string, { main, dark, light }: Drawing): number {
  if (fill === main) return 0.5;
  if (fill === dark) return 0.75;
  if (fill === light) return 0.2;
  return 1 - lightness(fill);
}
