// `npm run bench`: every figure that is promised, measured here and now, beside its bound. What takes
// minutes is measured when it is asked for: `npm run bench -- load [--minutes 5] [--clients 50]`,
// `-- flux [--tokens 4356]`, `-- flux-training`.
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "../src/config.js";
import { benchCommands } from "./commands.js";
import { benchFlux } from "./flux.js";
import { benchFluxTraining } from "./flux-training.js";
import { benchLoad } from "./load.js";
import { format, type Row } from "./report.js";
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
    tokens: { type: "string", default: "4356" },
  },
});

const onRequest: Record<string, () => Promise<Row[]>> = {
  load: () => benchLoad({ minutes: Number(values.minutes), clients: Number(values.clients) }),
  flux: () => benchFlux({ imgTokens: Number(values.tokens) }),
  "flux-training": benchFluxTraining,
};

async function benchAll(): Promise<Row[]> {
  return [
    ...(await benchTransformer(modelDir)),
    ...(await benchTraining(modelDir)),
    ...(await benchTrainingMemory()),
    ...(await benchCommands(modelDir)),
  ];
}

const [asked] = positionals;
const measure = asked === undefined ? benchAll : onRequest[asked];
if (measure === undefined)
  throw new Error(`${asked} is no bench; known are ${Object.keys(onRequest).join(", ")}`);
console.log(format(await measure()));
