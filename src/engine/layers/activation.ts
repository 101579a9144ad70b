// Activations, as the runtime's fused ops.
import type { Graph, Value } from "../graph/index.js";

/** x · sigmoid(x) */
export const silu = (g: Graph, x: Value): Value =>
  g.microsoft("QuickGelu", [x], { alpha: { float: 1 } });

/** x · sigmoid(1.702 x), CLIP's */
export const quickGelu = (g: Graph, x: Value): Value =>
  g.microsoft("QuickGelu", [x], { alpha: { float: 1.702 } });

/** GELU in its tanh form */
export const gelu = (g: Graph, x: Value): Value => g.microsoft("FastGelu", [x]);
