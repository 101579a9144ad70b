import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { generate, recraft, refine } from "#src/procedures/index.js";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { openWorkshop, type Workshop } from "./workshop.js";

const dataDir = temporaryFolder();
const sketch = { subject: "a red rocket", domain: "sketch" };

/** The grey of a frame's middle. */
async function greyOf({ store }: Workshop, id: string, file: string): Promise<number> {
  const png = await readFile(store.filePath(id, file));
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  return data[
    info.channels * (info.width * Math.floor(info.height / 2) + Math.floor(info.width / 2))
  ]!;
}

describe("generate", () => {
  test("cuts the page in the order of the snake and stores everything", async () => {
    const workshop = await openWorkshop(dataDir);
    const made = await generate(workshop, { ...sketch, seed: 3 });
    expect(await workshop.store.load(made.id)).toEqual(made);
    const greys = await Promise.all(made.steps.map(({ file }) => greyOf(workshop, made.id, file)));
    expect(greys).toEqual([0, 1, 2, 5, 4, 3, 6, 7, 8].map((cell) => 120 + 10 * cell));
    expect(made).toMatchObject({ seed: 3, framePx: 64, mode: "generate", warnings: [], notes: [] });
    expect(made.adapters).toEqual([
      { name: "asymmetric", domain: "sketch", version: "a1", weight: 1 },
    ]);
    expect(made.steps[0]?.caption).toContain("a red rocket");
    expect(made.steps[0]?.captionBy).toBe("plan");
    expect(workshop.requests[0]).toMatchObject({
      prompt: "3*3 of 9 sub-images, step-by-step sketch drawing process, a red rocket",
      domains: [{ b: 5, weight: 1 }],
      steps: 24,
      known: [],
    });
  });

  test("takes the domain's own number of frames, and the caller's captions", async () => {
    const workshop = await openWorkshop(dataDir);
    const steps = ["one", "two", "three", "four"];
    const made = await generate(workshop, { subject: "a tree", domain: "ink_painting", steps });
    expect(made.steps.map(({ caption }) => caption)).toEqual(steps);
    expect(made.steps.every(({ captionBy }) => captionBy === "caller")).toBe(true);
    expect(made.steps[0]?.widthPx).toBe(96);
    await expect(generate(workshop, { ...sketch, steps })).rejects.toThrow("need 9 texts");
  });

  test("warns where the caller's captions are read by nobody, and not where they are in the prompt", async () => {
    const input = { ...sketch, frames: 4, steps: ["draw a dragon", "two", "three", "four"] };
    const unread = await generate(await openWorkshop(dataDir), input);
    expect(unread.warnings.join()).toMatch(/Captions .* were not read by the model “small”/);
    const prompts = { four: "{subject}", fourSteps: "{subject}, {steps}" };
    const workshop = await openWorkshop(dataDir, { model: { prompts } });
    expect((await generate(workshop, input)).warnings).toEqual([]);
    expect(workshop.requests[0]?.prompt).toContain("<image-1> draw a dragon");
  });

  test("paints nothing where it could not be kept", async () => {
    const folder = temporaryFolder();
    const workshop = await openWorkshop(path.join(folder, "data"));
    await writeFile(path.join(folder, "data"), "a file where the folder should be");
    await expect(generate(workshop, sketch)).rejects.toMatchObject({ code: "cannot_save" });
    expect(workshop.requests).toEqual([]);
  });

  test("warns of what the model does not know", async () => {
    const made = await generate(await openWorkshop(dataDir), { ...sketch, subject: "a dragon" });
    expect(made.warnings.join()).toContain("FLUX.1-dev");
  });

  test.each([
    [{ domain: "knitting" }, "unknown_domain", /“knitting”; one of lego, cook/],
    [{ domain: "skech" }, "unknown_domain", /did you mean sketch, or another one of lego/],
    [{ domain: "cook" }, "domain_not_installed", /MAKEANYTHING_MODEL/],
    [{ frames: 5 }, "frame_count", /4 or 9/],
    [{ subject: " \u0000\n" }, "bad_subject", /empty/],
    [{ subject: "x".repeat(100_000) }, "bad_subject", /at most 1000/],
    [{ seed: -1 }, "bad_seed", /from 0/],
  ])("refuses %j", async (change, code, words) => {
    const job = generate(await openWorkshop(dataDir), { ...sketch, ...change });
    await expect(job).rejects.toMatchObject({ code });
    await expect(job).rejects.toThrow(words);
  });

  test("a model that has one grid only says which", async () => {
    const workshop = await openWorkshop(dataDir, { model: { prompts: { nine: "{subject}" } } });
    await expect(generate(workshop, { ...sketch, frames: 4 })).rejects.toThrow("paints 9 frames");
  });

  test("saves nothing when it is cancelled", async () => {
    const workshop = await openWorkshop(temporaryFolder());
    const job = generate(workshop, sketch, { signal: AbortSignal.abort() });
    await expect(job).rejects.toThrow();
    expect(await workshop.store.list({ limit: 1 })).toEqual([]);
  });
});

describe("recraft", () => {
  const photo = path.join(dataDir, "photo.jpg");

  test("ends in the given picture, upright and square, with the original beside it", async () => {
    await sharp({ create: { width: 90, height: 60, channels: 3, background: "#204080" } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toFile(photo);
    const workshop = await openWorkshop(dataDir);
    const made = await recraft(workshop, { image: photo, ...sketch });
    const last = made.steps.at(-1)!;
    expect(last).toMatchObject({
      widthPx: 90,
      heightPx: 90,
      origin: { kind: "given", source: "file" },
    });
    expect(made.steps[7]?.origin).toEqual({ kind: "generated" });
    expect(made.original).toBe("original.jpg");
    const original = await readFile(workshop.store.filePath(made.id, "original.jpg"));
    expect(original.equals(await readFile(photo))).toBe(true);
    expect(made.notes.join()).toContain("plausible way");
    const [request] = workshop.requests;
    expect(request?.loras).toEqual([{ name: "recraft", weight: 1 }]);
    expect(request?.known[0]?.cell).toEqual({ x: 128, y: 128, width: 64, height: 64 });
    expect(request?.known[0]?.picture.width).toBe(64);
  });

  test("keeps the bytes that were decoded, whatever becomes of the file meanwhile", async () => {
    const swapped = path.join(dataDir, "swapped.jpg");
    const bytes = await readFile(photo);
    const workshop = await openWorkshop(dataDir);
    for (const become of [() => writeFile(swapped, "a secret"), () => rm(swapped)]) {
      await writeFile(swapped, bytes);
      const { id } = await recraft(
        {
          ...workshop,
          engine: {
            ...workshop.engine,
            paint: async (request, options) => {
              await become();
              return workshop.engine.paint(request, options);
            },
          },
        },
        { image: swapped, ...sketch },
      );
      const original = await readFile(workshop.store.filePath(id, "original.jpg"));
      expect(original.equals(bytes)).toBe(true);
    }
  });

  test("of four frames knows the cell at the bottom left, the last of the snake", async () => {
    const workshop = await openWorkshop(dataDir);
    const made = await recraft(workshop, { image: photo, ...sketch, frames: 4 });
    expect(workshop.requests[0]?.known[0]?.cell).toEqual({ x: 0, y: 96, width: 96, height: 96 });
    expect(made.steps.map(({ origin }) => origin.kind).indexOf("given")).toBe(3);
  });

  test("takes the subject of a step of this server", async () => {
    const workshop = await openWorkshop(dataDir);
    const { id } = await generate(workshop, sketch);
    const made = await recraft(workshop, {
      image: `procedure://${id}/steps/9.png`,
      domain: "icon",
    });
    expect(made.subject).toBe("a red rocket");
    expect(made.warnings).toEqual([]);
  });

  test("warns of a photo and of no subject, and not of the model's own frame", async () => {
    const workshop = await openWorkshop(dataDir);
    const made = await recraft(workshop, { image: photo, domain: "sketch" });
    expect(made.warnings.join()).toMatch(/No subject.*unlike anything/);
    const { id } = await generate(workshop, sketch);
    const own = workshop.store.filePath(id, "step-09.png");
    expect((await recraft(workshop, { image: own, ...sketch })).warnings).toEqual([]);
  });

  test("passes on why a file is no picture", async () => {
    const text = path.join(dataDir, "text.png");
    await writeFile(text, "no picture at all");
    const job = recraft(await openWorkshop(dataDir), { image: text, ...sketch });
    await expect(job).rejects.toThrow(text);
  });
});

describe("refine", () => {
  test("between two neighbours keeps every old file byte for byte", async () => {
    const workshop = await openWorkshop(dataDir);
    const parent = await generate(workshop, sketch);
    const made = await refine(workshop, { procedureId: parent.id, between: [3, 4], seed: 1 });
    expect(made).toMatchObject({ parent: parent.id, mode: "refine", framePx: 64 });
    expect(made.steps.map(({ id }) => id)).toEqual([
      "s1",
      "s2",
      "s3",
      "s10",
      "s11",
      "s4",
      "s5",
      "s6",
      "s7",
      "s8",
      "s9",
    ]);
    for (const old of parent.steps) {
      const step = made.steps.find(({ id }) => id === old.id)!;
      const [before, after] = await Promise.all([
        readFile(workshop.store.filePath(parent.id, old.file)),
        readFile(workshop.store.filePath(made.id, step.file)),
      ]);
      expect(after.equals(before)).toBe(true);
      expect(step.caption).toBe(old.caption);
    }
    expect(made.steps[3]).toMatchObject({
      widthPx: 64,
      origin: { kind: "interpolated", between: ["s3", "s4"] },
    });
    expect(made.steps[3]?.caption).toContain("third of the way");
    const request = workshop.requests.at(-1);
    expect(request?.prompt).toMatch(/^2\*2 of 4/);
    expect(request?.known.map(({ cell }) => [cell.x, cell.y])).toEqual([
      [0, 0],
      [96, 96],
    ]);
    expect(await workshop.store.load(parent.id)).toEqual(parent);
  });

  test("to a target number, each pass with a seed of its own", async () => {
    const workshop = await openWorkshop(dataDir);
    const parent = await generate(workshop, { ...sketch, frames: 4 });
    const made = await refine(workshop, { procedureId: parent.id, steps: 14, seed: 1 });
    expect(made.steps).toHaveLength(14);
    expect(new Set(made.steps.map(({ id }) => id)).size).toBe(14);
    const seeds = workshop.requests.slice(1).map(({ seed }) => seed);
    expect(new Set(seeds).size).toBe(5);
    const again = await refine(workshop, { procedureId: parent.id, steps: 14, seed: 1 });
    expect(workshop.requests.slice(6).map(({ seed }) => seed)).toEqual(seeds);
    expect(again.id).not.toBe(made.id);
    const page = await sharp(
      await readFile(workshop.store.filePath(made.id, made.page)),
    ).metadata();
    expect([page.width, page.height]).toEqual([4 * 96, 4 * 96]);
  });

  test("leaves out the new frame that is nearest to its neighbour", async () => {
    const workshop = await openWorkshop(dataDir);
    const parent = await generate(workshop, { ...sketch, frames: 4 });
    const pair = await refine(workshop, { procedureId: parent.id, between: [2, 3] });
    const one = await refine(workshop, { procedureId: parent.id, steps: 5 });
    const grey = (id: string, file: string) => greyOf(workshop, id, file);
    const [left, first, second, right] = await Promise.all(
      [1, 2, 3, 4].map((i) => grey(pair.id, pair.steps[i]!.file)),
    );
    const farther = Math.abs(first! - left!) < Math.abs(second! - right!) ? second : first;
    expect(first).not.toBe(second);
    expect(await grey(one.id, one.steps[2]!.file)).toBe(farther);
  });

  test("takes the caller's captions in order", async () => {
    const workshop = await openWorkshop(dataDir);
    const parent = await generate(workshop, { ...sketch, frames: 4 });
    const made = await refine(workshop, {
      procedureId: parent.id,
      steps: 8,
      captions: ["a", "b", "c", "d"],
    });
    expect(
      made.steps
        .filter(({ origin }) => origin.kind === "interpolated")
        .map(({ caption }) => caption),
    ).toEqual(["a", "b", "c", "d"]);
    expect(made.warnings.join()).toContain("were not read");
  });

  test("puts the caller's captions into the prompt, and says where one found no room", async () => {
    const prompts = { four: "{subject}", fourSteps: "{subject}, {steps}" };
    const workshop = await openWorkshop(dataDir, { model: { prompts } });
    const { id, steps } = await generate(workshop, { ...sketch, frames: 4 });
    const both = await refine(workshop, {
      procedureId: id,
      between: [1, 2],
      captions: ["first", "second"],
    });
    expect(both.warnings).toEqual([]);
    expect(both.prompt).toContain(
      `<image-1> ${steps[0]!.caption} <image-2> first <image-3> second <image-4> ${steps[1]!.caption}`,
    );
    const one = await refine(workshop, { procedureId: id, steps: 5, captions: ["only"] });
    expect(one.warnings.join()).toContain("were not read");
    expect(one.prompt).not.toContain("only");
  });

  test("tells old places anew when steps come between them", async () => {
    const workshop = await openWorkshop(dataDir);
    const parent = await generate(workshop, { ...sketch, frames: 4 });
    const once = await refine(workshop, { procedureId: parent.id, between: [1, 2] });
    const twice = await refine(workshop, { procedureId: once.id, between: [2, 3] });
    expect(twice.steps.map(({ captionBy }) => captionBy)).toEqual([
      "plan",
      ...Array.from({ length: 4 }, () => "place"),
      "plan",
      "plan",
      "plan",
    ]);
    const places = twice.steps.slice(1, 5).map(({ caption }) => caption.replace(/ of the .*/, ""));
    expect(places).toEqual(["About 20%", "About 40%", "About 60%", "About 80%"]);
    const [old, kept] = await Promise.all([
      readFile(workshop.store.filePath(once.id, once.steps[2]!.file)),
      readFile(workshop.store.filePath(twice.id, twice.steps[4]!.file)),
    ]);
    expect(kept.equals(old)).toBe(true);
  });

  test("names the adapters of all its frames, and the model where another one painted the old ones", async () => {
    const workshop = await openWorkshop(dataDir);
    const { id } = await generate(workshop, sketch);
    const image = `procedure://${id}/steps/9.png`;
    const parent = await recraft(workshop, { image, domain: "sketch" });
    const same = await refine(workshop, { procedureId: parent.id, between: [1, 2] });
    const names = ["asymmetric", "recraft", "interpolation"];
    expect(same.adapters.map(({ name }) => name)).toEqual(names);
    expect(same.notes).toEqual(parent.notes);

    const newer = await openWorkshop(dataDir, { transformer: "t2" });
    const other = await refine(newer, { procedureId: parent.id, between: [1, 2] });
    expect(other.model.version).toBe("t2");
    expect(other.notes.join()).toMatch(/\(t2\), those taken over from \w{16} by “small” \(t1\)/);
  });

  test("carries the parent's warnings on", async () => {
    const workshop = await openWorkshop(dataDir);
    const parent = await generate(workshop, { ...sketch, subject: "a dragon" });
    const made = await refine(workshop, { procedureId: parent.id, between: [1, 2] });
    expect(made.warnings).toEqual(parent.warnings);
  });

  test.each([
    [{}, /either between/],
    [{ between: [1, 2] as const, steps: 12 }, /either between/],
    [{ between: [1, 3] as const }, /two neighbours/],
    [{ steps: 65 }, /from 10 to 64/],
    [{ between: [1, 2] as const, captions: ["one"] }, /need 2 texts/],
  ])("refuses %j", async (input, words) => {
    const workshop = await openWorkshop(dataDir);
    const { id } = await generate(workshop, sketch);
    await expect(refine(workshop, { procedureId: id, ...input })).rejects.toThrow(words);
  });

  test("of a procedure that is not there says so", async () => {
    const workshop = await openWorkshop(dataDir);
    await expect(refine(workshop, { procedureId: "nothing", steps: 12 })).rejects.toMatchObject({
      code: "no_such_procedure",
    });
  });
});
