import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type Domain, type DomainFile, loadDomains } from "#src/procedures/domains.js";

const CATALOGUE = path.resolve("adapters");
const FRAME_COUNTS = [9, 4] as const;
const SLUGS =
  "lego cook painting icon landscape portrait transformer sand_art illustration sketch clay_toys clay_sculpture zbrush wood_sculpture ink_painting pencil_sketch fabric_toys oil_painting jade_carving line_draw emoji".split(
    " ",
  );

const domains = loadDomains(CATALOGUE);
const plans = domains.flatMap((domain) =>
  FRAME_COUNTS.map((frames) => ({ domain, frames, name: `${domain.slug}, ${frames} frames` })),
);
const lego = fileOf(named("lego"));

function named(slug: string): Domain {
  const found = domains.find((domain) => domain.slug === slug);
  if (found === undefined) throw new Error(`no domain ${slug}`);
  return found;
}

/** What the domain's file says. */
function fileOf(domain: Domain): DomainFile {
  const { folder: _, ...file } = domain;
  return file;
}

describe("the catalogue", () => {
  it("holds the 21 domains in the order of their index", () => {
    expect(domains.map(({ slug }) => slug)).toEqual(SLUGS);
    expect(domains.map(({ index }) => index)).toEqual(SLUGS.map((_, i) => i + 1));
  });

  it("has nine frames for the first ten domains and four for the others", () => {
    expect(domains.map(({ frames }) => frames)).toEqual(SLUGS.map((_, i) => (i < 10 ? 9 : 4)));
  });

  it.each(domains)("tells in one sentence what $slug shows", (domain) => {
    expect(domain.summary).toMatch(/^[A-Z][^.!?]+\.$/);
  });

  it.each(plans)("has a full plan of short, different sentences: $name", ({ domain, frames }) => {
    const templates = domain.plans[frames];
    expect(templates).toHaveLength(frames);
    expect(new Set(templates).size).toBe(frames);
    for (const template of templates) {
      expect(template).toMatch(/^[A-Z].*\.$/);
      expect(template.length).toBeLessThanOrEqual(110);
      expect(template).not.toMatch(/\b(a|an|the) \{subject\}/i);
    }
  });

  it.each(plans)("names the subject in most steps and in the last: $name", ({ domain, frames }) => {
    const naming = domain.plans[frames].filter((template) => template.includes("{subject}"));
    expect(naming.length).toBeGreaterThan(frames / 2);
    expect(domain.plans[frames].at(-1)).toContain("{subject}");
  });
});

describe("loading a catalogue", () => {
  const folders: string[] = [];
  afterEach(() => folders.splice(0).forEach((dir) => rmSync(dir, { recursive: true })));

  function catalogueOf(files: Record<string, unknown>): string {
    const dir = mkdtempSync(path.join(os.tmpdir(), "catalogue-"));
    folders.push(dir);
    for (const [slug, content] of Object.entries(files)) {
      mkdirSync(path.join(dir, slug));
      const text = typeof content === "string" ? content : JSON.stringify(content);
      writeFileSync(path.join(dir, slug, "adapter.json"), text);
    }
    return dir;
  }

  const icon = fileOf(named("icon"));
  it.each([
    ["a missing field", { ...lego, name: undefined }, "name"],
    ["a wrong frame count", { ...lego, frames: 5 }, "frames"],
    ["a plan that is too short", { ...lego, plans: { ...lego.plans, 4: ["Build."] } }, "plans: 4"],
    [
      "an unknown placeholder",
      { ...lego, plans: { ...lego.plans, 4: ["a", "b", "Paint {color}.", "d"] } },
      "plans: 4: 2",
    ],
    ["an unknown field", { ...lego, frame: 9 }, "frame"],
    ["a slug that is not the folder's", icon, "slug"],
    ["text that is no JSON", "{", "JSON"],
    ["a list", [], "object"],
  ])("refuses %s, naming the file and the field", (_, content, field) => {
    const dir = catalogueOf({ lego: content });
    const load = () => loadDomains(dir);
    expect(load).toThrow(path.join(dir, "lego", "adapter.json"));
    expect(load).toThrow(field);
    expect(load).toThrow(expect.objectContaining({ code: "bad_catalogue" }));
  });

  it("refuses two domains with one index", () => {
    const dir = catalogueOf({ lego, icon: { ...icon, index: 1 } });
    expect(() => loadDomains(dir)).toThrow(
      /adapter\.json: index 1 and slug \w+: one of them already belongs to/,
    );
  });

  it("refuses a folder without adapter.json, and a catalogue that is not there", () => {
    const dir = catalogueOf({ lego });
    mkdirSync(path.join(dir, "empty"));
    expect(() => loadDomains(dir)).toThrow(path.join("empty", "adapter.json"));
    expect(() => loadDomains(path.join(dir, "nowhere"))).toThrow("nowhere");
  });

  it("sorts by index, whatever the folders' order, and passes files by", () => {
    const dir = catalogueOf({ icon, lego });
    writeFileSync(path.join(dir, "README.md"), "a file");
    expect(loadDomains(dir)).toEqual([
      { ...lego, folder: path.join(dir, "lego") },
      { ...icon, folder: path.join(dir, "icon") },
    ]);
  });

  it("reads what people trained beside it, where there is any, and no draft and no style", () => {
    const origami = {
      ...icon,
      slug: "origami",
      index: 1000,
      lora: { model: "m", phrase: "folds" },
    };
    const own = catalogueOf({ origami, ".origami": origami });
    mkdirSync(path.join(own, "watercolor"));
    writeFileSync(path.join(own, "watercolor", "style.json"), "{}");
    const dir = catalogueOf({ lego });
    expect(loadDomains(dir, own).map(({ slug }) => slug)).toEqual(["lego", "origami"]);
    expect(loadDomains(dir, path.join(own, "nowhere"))).toHaveLength(1);
    expect(() => loadDomains(dir, dir)).toThrow("already belongs to lego");
  });
});
