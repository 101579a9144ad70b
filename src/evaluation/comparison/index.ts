// Ways to paint, compared over models that were trained alike.
export { compare } from "./compare.js";
export { readComparison } from "./recipe.js";
export { comparisonTables } from "./tables.js";
