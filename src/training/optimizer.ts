// Optimisers by the names that configurations use.
import {
  adamw,
  came,
  createOrthogonalizer,
  muon,
  prodigy,
  type Optimizer,
  type Parameter,
} from "../engine/train/index.js";
import type { OptimizerConfig } from "./config.js";

export function createOptimizer(
  parameters: readonly Parameter[],
  config: OptimizerConfig,
): Optimizer {
  switch (config.name) {
    case "adamw":
      return adamw(parameters, config);
    case "came":
      return came(parameters, config);
    case "prodigy":
      return prodigy(parameters, config);
    case "muon":
      return muon(parameters, {
        ...config,
        orthogonalize: createOrthogonalizer(),
        takes: ({ name, shape }) => shape.length >= 2 && /block|layers\./.test(name),
      });
  }
}
