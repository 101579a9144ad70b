// `npm run bench`: every figure that is promised, measured here and now, beside its bound. What takes
// minutes is measured when it is asked for: `npm run bench -- load [--minutes 5] [--clients 50]`.
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "../src/config.js";
import { benchCommands } from "./commands.js";
import { benchLoad } from "./load.js";
import { format } from "./report.js";
import { benchTrainingMemory } from "./training-memory.js";
import { benchTraining } from "./training.js";
import { benchTransformer } from "./transformer.js";

const modelDir = join(packageRoot(), "models/embedded");
console.log(`${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}\n`);
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: "string", default: "5" },
    clients: { type: "string", default: "50" },
  },
});
const rows = positionals.includes("load")
  ? await benchLoad({ minutes: Number(values.minutes), clients: Number(values.clients) })
  : [
      ...(await benchTransformer(modelDir)),
      ...(await benchTraining(modelDir)),
      ...(await benchTrainingMemory()),
      ...(await benchCommands(modelDir)),
    ];
console.log(format(rows));
