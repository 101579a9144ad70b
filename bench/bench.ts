// `npm run bench`: every figure that is promised, measured here and now, beside its bound. What takes
// minutes is measured when it is asked for: `npm run bench -- load [--minutes 5] [--clients 50]`,
// `-- flux [--tokens 4356] [--variant NAME]`, `-- flux-device [--steps 25] [--depth 1]`, which is its part on a
// graphics card alone, `-- flux-training`, `-- training-memory [--steps 10000]`.
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "../src/config.js";
import { variants } from "../src/engine/variants/index.js";
import { benchCommands } from "./commands.js";
import { benchFlux } from "./flux.js";
import { benchFluxDevice } from "./flux-device.js";
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
    steps: { type: "string" },
    depth: { type: "string" },
    variant: { type: "string" },
  },
});
const imgTokens = Number(values.tokens);
const variant = variants.find(({ name }) => name === values.variant)?.name;
if (values.variant !== undefined && variant === undefined)
  throw new Error(
    `${values.variant} is no variant; known are ${variants.map(({ name }) => name).join(", ")}`,
  );

const onRequest: Record<string, () => Promise<Row[]>> = {
  load: () => benchLoad({ minutes: Number(values.minutes), clients: Number(values.clients) }),
  flux: async () => [...(await benchFlux({ imgTokens })), ...(await onDevice())],
  "flux-device": onDevice,
  "flux-training": benchFluxTraining,
  "training-memory": () => benchTrainingMemory(Number(values.steps ?? 10_000)),
};

function onDevice(): Promise<Row[]> {
  const depth = values.depth === undefined ? undefined : Number(values.depth);
  return benchFluxDevice({ imgTokens, steps: Number(values.steps ?? 25), depth, variant });
}

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
