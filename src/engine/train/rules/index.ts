// How the gradient passes every op that our networks use.
import { attention } from "./attention.js";
import { convolution } from "./convolution.js";
import { elementwise } from "./elementwise.js";
import { matrix } from "./matrix.js";
import { norm } from "./norm.js";
import type { Rule } from "./rule.js";
import { moving } from "./shape.js";

export { add, type Rule, type RuleContext } from "./rule.js";

export const rules: Readonly<Record<string, Rule>> = {
  ...elementwise,
  ...matrix,
  ...norm,
  ...moving,
  ...attention,
  ...convolution,
};
