import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { addStyle, removeStyle, stylesOf } from "#src/procedures/index.js";
import { type Model, parseModel } from "#src/procedures/model.js";
import { requireStyle } from "#src/procedures/styles.js";
import { beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { smallModel } from "./workshop.js";

const size = { hiddenSize: 256, depth: 3, depthSingle: 6 };
const look = async () => ({ version: "0123456789ab", size });
const file = path.join(temporaryFolder(), "aquarelle.safetensors");
writeFileSync(file, "weights");
const watercolor = { file, name: "Water-Color", trigger: " wet \n paper ", weight: 0.8 };

let place: { dataDir: string; model: Model };
beforeEach(() => {
  place = { dataDir: temporaryFolder(), model: parseModel(smallModel) };
});
const adapters = () => path.join(place.dataDir, "adapters");

describe("a style that is added", () => {
  test("lies in a folder of its own, with a copy of its weights", async () => {
    expect(await addStyle(place, watercolor, look)).toBe("water_color");
    const [style] = stylesOf(place);
    expect(style).toMatchObject({
      slug: "water_color",
      trigger: "wet paper",
      weight: 0.8,
      fits: true,
    });
    expect(readFileSync(style!.file!, "utf8")).toBe("weights");
    expect(readdirSync(adapters())).toEqual(["water_color"]);
    expect(requireStyle(place, "water color")).toEqual(style);
  });

  test("is found by every spelling of its name, and told where the name is wrong", async () => {
    await addStyle(place, watercolor, look);
    expect(() => requireStyle(place, "watercolr")).toThrow(
      /“watercolr”; did you mean water_color\? one of water_color; makeanything adapters add/,
    );
  });

  test("for models of another size is listed, and not used", async () => {
    const other = async () => ({ ...(await look()), size: { ...size, hiddenSize: 3072 } });
    await addStyle(place, watercolor, other);
    expect(stylesOf(place)).toMatchObject([{ fits: false }]);
    expect(() => requireStyle(place, "water_color")).toThrow(/of another size than “small”/);
  });

  test.each([
    [{ name: "paper/../.." }, /letters, digits and hyphens/],
    [{ name: "" }, /letters, digits and hyphens/],
    [{ name: "Recraft" }, /the model “small” has weights of that name/],
    [{ name: "transformer" }, /weights of that name/],
    [{ name: "origami" }, /a domain that was trained here/],
    [{ weight: 2.5 }, /from -2 to 2, got 2.5/],
    [{ weight: NaN }, /from -2 to 2/],
    [{ trigger: "x".repeat(201) }, /at most 200 characters, got 201/],
  ])("is refused with %j before its file is looked at", async (change, words) => {
    mkdirSync(path.join(adapters(), "origami"), { recursive: true });
    const unseen = () => Promise.reject(new Error("looked"));
    const adding = addStyle(place, { ...watercolor, ...change }, unseen);
    await expect(adding).rejects.toMatchObject({ code: "bad_style" });
    await expect(adding).rejects.toThrow(words);
  });

  test("keeps its name until it is removed", async () => {
    await addStyle(place, watercolor, look);
    await expect(addStyle(place, watercolor, look)).rejects.toThrow(/adapters remove water_color/);
  });

  test("that does not fit, or cannot be copied, leaves nothing behind", async () => {
    const misfit = addStyle(place, watercolor, () => Promise.reject(new Error("no LoRA")));
    await expect(misfit).rejects.toThrow("no LoRA");
    const gone = { ...watercolor, file: `${file}.gone` };
    await expect(addStyle(place, gone, look)).rejects.toMatchObject({ code: "cannot_save" });
    expect(readdirSync(adapters())).toEqual([]);
  });

  test("that was changed by hand into something else says how to mend it", async () => {
    await addStyle(place, watercolor, look);
    const json = path.join(adapters(), "water_color", "style.json");
    for (const text of [
      "{",
      readFileSync(json, "utf8").replace("lora-0123456789ab", "../../secret"),
      readFileSync(json, "utf8").replace('"water_color"', '"other"'),
    ]) {
      writeFileSync(json, text);
      expect(() => stylesOf(place)).toThrow(
        expect.objectContaining({
          code: "bad_style",
          message: expect.stringContaining("adapters remove water_color"),
        }),
      );
    }
    expect(await removeStyle(place, "water_color")).toBe("water_color");
  });
});

describe("a style that is removed", () => {
  test("is gone with its weights, and the file it came from stays", async () => {
    await addStyle(place, watercolor, look);
    expect(await removeStyle(place, "Water color")).toBe("water_color");
    expect(readdirSync(adapters())).toEqual([]);
    expect(existsSync(file)).toBe(true);
  });

  test("is never a domain, one of the model's own, or anything else", async () => {
    mkdirSync(path.join(adapters(), "origami"), { recursive: true });
    writeFileSync(path.join(adapters(), "origami", "adapter.json"), "{}");
    place.model = parseModel({ ...place.model, adapters: { blueprint: "b.safetensors" } });
    const cases = [
      ["origami", /a domain that was trained here/],
      ["blueprint", /comes with the model “small”/],
      ["../origami", /unknown style/],
      ["nothing", /unknown style “nothing”/],
    ] as const;
    for (const [name, words] of cases)
      await expect(removeStyle(place, name)).rejects.toThrow(words);
    expect(readdirSync(adapters())).toEqual(["origami"]);
  });
});

test("a model's plain LoRAs are styles, apart from those with a task of their own", () => {
  const { model } = place;
  const own = { ...model.adapters, blueprint: "b.safetensors", ice: "i.safetensors" };
  const styles = { blueprint: { trigger: "blueprint", weight: 0.7 } };
  expect(stylesOf({ ...place, model: parseModel({ ...model, adapters: own, styles }) })).toEqual([
    { slug: "blueprint", trigger: "blueprint", weight: 0.7, fits: true },
    { slug: "ice", trigger: "", weight: 1, fits: true },
  ]);
});
