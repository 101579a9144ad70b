// What is compared: tables whose rows are ways to paint the same triples, each with the same models.
import { existsSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { readConfig, TrainingError } from "../../training/index.js";
import { columnKeys } from "../tables.js";

const way = z.strictObject({
  name: z.string().min(1),
  /** none: the base alone; the model's own where they are not given */
  adapters: z
    .array(
      z.strictObject({
        /** in model.json; `{b}` stands for the domain's number */
        name: z.string().min(1),
        weight: z.number().exactOptional(),
        asymmetric: z.boolean().exactOptional(),
      }),
    )
    .exactOptional(),
  layout: z.enum(["snake", "raster"]).exactOptional(),
});

const common = {
  title: z.string().min(1),
  /** measures, as the tables of `makeanything eval` have them */
  columns: z.array(z.enum(columnKeys)).min(1),
  /** triples that each way is asked for */
  count: z.int().positive(),
  /** domains whose triples have rows of their own, under a name */
  groups: z.record(z.string(), z.array(z.string()).min(1)).exactOptional(),
};

const comparison = z.discriminatedUnion("task", [
  z.strictObject({ task: z.literal("generate"), ...common, ways: z.array(way).min(1) }),
  /** the last of the true frames is given */
  z.strictObject({ task: z.literal("recraft"), ...common, ways: z.array(way).min(1) }),
  /** interpolation, cross-fading and the true frames, by depth */
  z.strictObject({ task: z.literal("between"), ...common }),
]);

const recipe = z.strictObject({
  /** gets what was measured, tables and pictures; relative to the recipe, as models are */
  out: z.string().min(1),
  /** trained alike from different seeds */
  models: z.array(z.string().min(1)).min(1),
  seed: z.int().nonnegative(),
  comparisons: z.array(comparison).min(1),
});

export type Comparison = z.infer<typeof comparison>;
export type ComparedWay = z.infer<typeof way>;
export type ComparisonRecipe = z.infer<typeof recipe>;

/**
 * With absolute paths.
 * @throws TrainingError `bad_config` with the first field that is wrong, or the model that is not there
 */
export async function readComparison(file: string): Promise<ComparisonRecipe> {
  const read = await readConfig(file, recipe);
  const at = (relative: string) => path.resolve(path.dirname(file), relative);
  const models = read.models.map(at);
  const missing = models.find((folder) => !existsSync(path.join(folder, "model.json")));
  if (missing !== undefined)
    throw new TrainingError(
      "bad_config",
      `${file}: there is no model in ${missing} yet; makeanything train plan trains those of a plan.json beside it`,
    );
  return { ...read, out: at(read.out), models };
}
