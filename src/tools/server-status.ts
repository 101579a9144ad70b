// What runs here, on what, and how busy it is.
import { freemem, totalmem } from "node:os";
import { z } from "zod";
import { standingOf, standingShape, tellStanding } from "./standing.js";
import { defineTool, READS } from "./tool.js";
import { versionsOf } from "./versions.js";
import { canDraw, type Context, stylesOf, weightsBytes } from "../procedures/index.js";

const status = z.object({
  model: z.object({
    name: z.string(),
    folder: z.string(),
    weights_bytes: z.number(),
    can_draw: z.string(),
    domains: z.array(z.string()).describe("The crafts that are installed."),
    adapters: z.array(z.string()),
    styles: z
      .array(z.string())
      .describe("The styles that fit it, its own and those in the data folder."),
  }),
  engine: z.object({
    doing: z.enum(["off", "resting", "painting", "waiting"]),
    variant: z
      .string()
      .optional()
      .describe("In what way it last painted: on what, with which weights. None before that."),
    pid: z.number().int().optional(),
    memory_bytes: z.number().optional(),
    waits_for: z
      .number()
      .int()
      .optional()
      .describe("The process of another server that holds the model, which this one waits for."),
  }),
  memory: z.object({
    machine_bytes: z.number(),
    free_bytes: z.number(),
    server_bytes: z.number(),
  }),
  queue: z.object({
    yours: z.array(standingShape).describe("Your procedures on their way in this server."),
    waiting: z.number().int().describe("How many wait in all."),
    limit: z.number().int().describe("How many may wait."),
  }),
  versions: z.record(z.string(), z.string()),
  data_folder: z.string(),
});

type Status = z.infer<typeof status>;

export const serverStatus = defineTool({
  name: "server_status",
  title: "Server status",
  description:
    "Tells which model runs and on what, how much memory it takes, what waits to be made, which versions these are, and where the data lies.",
  input: z.strictObject({}),
  output: status,
  annotations: READS,
  async run(context, _, { jobs, version }) {
    const { mine, waiting, limit } = jobs.queue();
    const yours = mine.map((job) => standingOf({ id: job.id, state: job.state, job }));
    const structured: Status = {
      model: await modelOf(context),
      engine: await engineOf(context),
      memory: {
        machine_bytes: totalmem(),
        free_bytes: freemem(),
        server_bytes: process.memoryUsage.rss(),
      },
      queue: { yours, waiting, limit },
      versions: versionsOf(version),
      data_folder: context.dataDir,
    };
    return { structured, blocks: [{ kind: "text", text: tell(structured) }] };
  },
});

async function modelOf(context: Context): Promise<Status["model"]> {
  const { model, modelDir } = context;
  return {
    name: model.name,
    folder: modelDir,
    weights_bytes: await weightsBytes(modelDir),
    can_draw: canDraw(model),
    domains: model.domains.map(({ domain }) => domain),
    adapters: Object.keys(model.adapters),
    styles: stylesOf(context).flatMap(({ slug, fits }) => (fits ? [slug] : [])),
  };
}

async function engineOf({ engine }: Context): Promise<Status["engine"]> {
  const { doing, pid, memoryBytes, waitsFor, variant } = await engine.state();
  return {
    doing,
    ...(variant !== undefined && { variant }),
    ...(pid !== undefined && { pid }),
    ...(memoryBytes !== undefined && { memory_bytes: memoryBytes }),
    ...(waitsFor !== undefined && { waits_for: waitsFor }),
  };
}

const DOING = {
  off: "The engine is not started; the next procedure starts it",
  resting: "The engine holds the model and has nothing to do",
  painting: "The engine is painting",
  waiting: "The engine waits for the model, which another server on this machine holds",
};

function tell({ model, engine, memory, queue, versions, data_folder }: Status): string {
  const holder = engine.waits_for === undefined ? "" : ` (process ${engine.waits_for})`;
  const way =
    engine.variant === undefined ? "" : `; it last painted by the variant ${engine.variant}`;
  const size = engine.memory_bytes === undefined ? "" : `, ${inMiB(engine.memory_bytes)}`;
  return [
    `Model “${model.name}” (${inMiB(model.weights_bytes)} of weights in ${model.folder}). ${model.can_draw}`,
    `Installed: ${model.domains.join(", ")}; adapters ${model.adapters.join(", ") || "none"}; styles ${model.styles.join(", ") || "none"}.`,
    `${DOING[engine.doing]}${holder}${size}${way}.`,
    `Memory: ${inMiB(memory.free_bytes)} of ${inMiB(memory.machine_bytes)} free; this server takes ${inMiB(memory.server_bytes)}.`,
    `Queue: ${queue.waiting} of at most ${queue.limit} wait.`,
    ...queue.yours.map(tellStanding),
    `Versions: ${Object.entries(versions)
      .map((entry) => entry.join(" "))
      .join(", ")}.`,
    `Data folder: ${data_folder}`,
    "What large models need on this machine, and what of it is there: makeanything doctor, on its command line.",
  ].join("\n");
}

function inMiB(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
