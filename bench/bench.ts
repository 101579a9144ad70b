// `npm run bench`: every figure that is promised, measured here and now, beside its bound.
import { cpus } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../src/config.js";
import { benchCommands } from "./commands.js";
import { format } from "./report.js";
import { benchTrainingMemory } from "./training-memory.js";
import { benchTraining } from "./training.js";
import { benchTransformer } from "./transformer.js";

const modelDir = join(packageRoot(), "models/embedded");
console.log(`${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}\n`);
console.log(
  format([
    ...(await benchTransformer(modelDir)),
    ...(await benchTraining(modelDir)),
    ...(await benchTrainingMemory()),
    ...(await benchCommands(modelDir)),
  ]),
);
