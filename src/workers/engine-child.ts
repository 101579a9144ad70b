// The process that holds the model's sessions.
import { createEngine } from "../engine/index.js";
import { type OperationContext, readSettings, serveOperations } from "./child.js";
import type { EngineSettings, PaintRequest } from "./records.js";

const engine = createEngine(readSettings<EngineSettings>(), (warning) =>
  process.stderr.write(`${warning}\n`),
);

serveOperations({
  paint: (request: PaintRequest, context: OperationContext) => engine.paint(request, context),
});
