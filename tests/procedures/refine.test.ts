import { readFile, writeFile } from "node:fs/promises";
import { generate, type Procedure, refine } from "#src/procedures/index.js";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { openWorkshop, type Workshop } from "./workshop.js";

const dataDir = temporaryFolder();
const sketch = { subject: "a red rocket", domain: "sketch" };

const fileOf = ({ store }: Workshop, { id }: Procedure, file: string) =>
  readFile(store.filePath(id, file));

/** A procedure whose steps are flat greys. */
async function inGreys(workshop: Workshop, greys: readonly number[]): Promise<Procedure> {
  const made = await generate(workshop, { ...sketch, frames: greys.length, seed: 1 });
  for (const [i, grey] of greys.entries()) {
    const background = { r: grey, g: grey, b: grey };
    const flat = sharp({ create: { width: 64, height: 64, channels: 3, background } });
    const file = workshop.store.filePath(made.id, made.steps[i]!.file);
    await writeFile(file, await flat.png().toBuffer());
  }
  return made;
}

const places = ({ steps }: Procedure) =>
  steps.flatMap(({ origin }) => (origin.kind === "interpolated" ? [origin.between.join()] : []));

describe("a number of steps", () => {
  test("is reached where most happens, and old files stay as they are", async () => {
    const workshop = await openWorkshop(dataDir);
    const parent = await inGreys(workshop, [240, 240, 240, 200, 200, 200, 200, 60, 60]);
    const made = await refine(workshop, { procedureId: parent.id, steps: 13, seed: 4 });
    expect(made.steps).toHaveLength(13);
    expect(places(made).slice(0, 2)).toEqual(["s7,s8", "s7,s8"]);
    for (const { id, file } of parent.steps) {
      const kept = made.steps.find((step) => step.id === id)!;
      const [before, after] = [fileOf(workshop, parent, file), fileOf(workshop, made, kept.file)];
      expect((await after).equals(await before)).toBe(true);
    }
  });

  test("asked for again with the same seed is the same procedure", async () => {
    const workshop = await openWorkshop(dataDir);
    const parent = await generate(workshop, { ...sketch, seed: 2 });
    const ask = () => refine(workshop, { procedureId: parent.id, steps: 20, seed: 4 });
    const [one, other] = [await ask(), await ask()];
    expect(other.steps).toEqual(one.steps);
    for (const { file } of one.steps)
      expect(await fileOf(workshop, other, file)).toEqual(await fileOf(workshop, one, file));
  });

  test("with texts has its places before anything is painted: the texts stand in order", async () => {
    const prompts = { nine: "{subject}", four: "{subject}", fourSteps: "{subject}, {steps}" };
    const workshop = await openWorkshop(dataDir, { model: { prompts } });
    const parent = await inGreys(workshop, [240, 240, 100, 240]);
    const captions = ["first", "second", "third", "fourth"];
    const made = await refine(workshop, { procedureId: parent.id, steps: 8, captions });
    const told = made.steps.filter(({ captionBy }) => captionBy === "caller");
    expect(told.map(({ caption }) => caption)).toEqual(captions);
    const asked = workshop.requests
      .slice(1)
      .map(({ prompt }) => prompt)
      .join();
    expect(asked).toContain("<image-2> first <image-3> second");
    expect(asked).toContain("<image-2> third <image-3> fourth");
    expect(made.warnings).toEqual([]);
  });
});

describe("a model without weights for steps in between", () => {
  const adapters = { asymmetric: "asymmetric_lora.safetensors" };
  const recraft = { four: [2] };
  const raster = { recraft, interpolation: { layout: "raster", cells: [0, 3] } };
  const corners = { first: [0, 0], bottomRight: [96, 96], bottomLeft: [0, 96] };

  test.each([
    ["the ends of the snake, where model.json names no cells", { recraft }, "bottomLeft"],
    ["the cells that model.json names", raster, "bottomRight"],
  ] as const)("is given %s, and says so", async (_, knownCells, last) => {
    const workshop = await openWorkshop(dataDir, { model: { adapters, knownCells } });
    const parent = await generate(workshop, sketch);
    const made = await refine(workshop, { procedureId: parent.id, between: [3, 4] });
    const request = workshop.requests[1]!;
    expect(request.loras).toEqual([]);
    expect(request.domains).toEqual([{ b: 5, weight: 1 }]);
    expect(request.known.map(({ cell }) => [cell.x, cell.y])).toEqual([
      corners.first,
      corners[last],
    ]);
    expect(made.notes).toEqual([expect.stringContaining("no weights of its own")]);
    expect(made.adapters.map(({ name }) => name)).toEqual(["asymmetric"]);
    const again = await refine(workshop, { procedureId: made.id, between: [3, 4] });
    expect(again.notes).toEqual(made.notes);
  });

  test("needs pages of four frames", async () => {
    const workshop = await openWorkshop(dataDir, { model: { adapters, prompts: { nine: "x" } } });
    const { id } = await generate(workshop, sketch);
    const refining = refine(workshop, { procedureId: id, between: [3, 4] });
    await expect(refining).rejects.toMatchObject({ code: "frame_count" });
    await expect(refining).rejects.toThrow("prompts.four");
  });
});

test("weights for steps in between need the cells that they were trained with", async () => {
  const workshop = await openWorkshop(dataDir, { model: { knownCells: { recraft: {} } } });
  const { id } = await generate(workshop, sketch);
  const refining = refine(workshop, { procedureId: id, between: [3, 4] });
  await expect(refining).rejects.toThrow("names no knownCells.interpolation");
});
