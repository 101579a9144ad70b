import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { makeForm, tally } from "#src/evaluation/form/index.js";
import { signTest } from "#src/evaluation/form/tally.js";
import { createPictureHost } from "#src/workers/index.js";
import { describeInBrowser, openBrowser } from "../browser/browser.js";
import { temporaryFolder } from "../support/temporary.js";
import { writeProcedure } from "./procedures.js";

const pictures = createPictureHost();
afterAll(() => pictures.close());

const hostile = 'a <script>alert("tree")</script>';

async function twoFolders(): Promise<[string, string]> {
  const [a, b] = [temporaryFolder(), temporaryFolder()];
  for (const subject of ["a blue boat", hostile, "a red fish"]) {
    const name = subject.replace(/\W/g, "");
    await writeProcedure(join(a, name), { subject, model: "our-model", color: "#c03030" });
    await writeProcedure(join(b, name), { subject, model: "their-model", color: "#3030c0" });
  }
  await writeProcedure(join(a, "alone"), { subject: "a lamp" });
  return [a, b];
}

describe("a form", () => {
  test("pairs what both painted, on sides that its source does not tell", async () => {
    const [a, b] = await twoFolders();
    const { html, key } = await makeForm(a, b, pictures, "seed");
    expect(key.first).toHaveLength(3);
    expect(new Set(key.first)).toEqual(new Set(["a", "b"])); // this seed has both
    expect(html).not.toContain("a lamp");
    for (const secret of ["our-model", "their-model", a, b]) expect(html).not.toContain(secret);
    expect(html).not.toContain("<script>alert");
    const other = await makeForm(a, b, pictures);
    expect(other.key.form).not.toBe(key.form);
  });

  test("of folders with nothing in common is refused", async () => {
    const [a] = await twoFolders();
    const b = temporaryFolder();
    await writeProcedure(join(b, "one"), { subject: "a blue boat", domain: "sketch" });
    await expect(makeForm(a, b, pictures)).rejects.toMatchObject({ code: "bad_form" });
  });
});

describe("the tally", () => {
  const key = { form: "f", a: "ours", b: "theirs", first: ["a", "b"] };
  const answer = (pair: number, alignment: string) => ({
    pair,
    alignment,
    coherence: "same",
    usability: "second",
  });

  test("counts by model, whatever side it stood on, and the last answer of a person", () => {
    const results = new Map([
      ["1.json", { form: "f", rater: "x", answers: [answer(0, "second"), answer(0, "first"), answer(1, "second")] }],
      ["2.json", { form: "f", answers: [answer(1, "first")] }],
    ]); // prettier-ignore
    expect(tally(key, results)).toEqual([
      { criterion: "alignment", a: 2, b: 1, same: 0, chance: 1 },
      { criterion: "coherence", a: 0, b: 0, same: 3, chance: 1 },
      { criterion: "usability", a: 2, b: 1, same: 0, chance: 1 },
    ]);
  });

  test("refuses answers to another form, to pairs there are not, and what is no form at all", () => {
    const read = (result: unknown) => () => tally(key, new Map([["x.json", result]]));
    expect(read({ form: "g", answers: [] })).toThrow(
      "x.json: is no result of the form f, but of g",
    );
    expect(read({ form: "f", answers: [answer(2, "first")] })).toThrow("x.json");
    expect(read({ form: "f", answers: [answer(0, "left")] })).toThrow("x.json");
    expect(read("no")).toThrow("x.json");
    expect(() => tally({}, new Map())).toThrow("the key is not that of a form");
  });

  test("tells how far chance alone would go", () => {
    expect(signTest(0, 0)).toBe(1);
    expect(signTest(5, 5)).toBe(1);
    expect(signTest(9, 1)).toBeCloseTo((2 * 11) / 1024, 12);
  });
});

describeInBrowser("the form in a browser", () => {
  test("is answered pair by pair, remembers, and gives a file that can be counted", async () => {
    const [a, b] = await twoFolders();
    const { html, key } = await makeForm(a, b, pictures, "seed");
    const file = join(temporaryFolder(), "form.html");
    writeFileSync(file, html);
    const browser = await openBrowser();
    const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => errors.push(message.text()));
    await page.goto(`file://${file}`);

    const choose = async (name: string, choice: string) =>
      page
        .locator(`.pair:visible fieldset:has-text("${name}") label:has-text("${choice}")`)
        .click();
    const next = page.locator("#next");
    expect(await next.isDisabled()).toBe(true);
    // Whoever looks for the red ones finds those of the first folder.
    for (let i = 0; i < 3; i++) {
      await choose("alignment", key.first[i] === "a" ? "First" : "Second");
      await choose("coherence", "Alike");
      await choose("usability", key.first[i] === "a" ? "Second" : "First");
      // What was answered is still there, and the next pair is the one to go on with.
      if (i === 1) await page.reload();
      else await next.click();
    }
    await page.locator("#rater").fill("Ada");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator("#download").click(),
    ]);
    const result: unknown = JSON.parse(readFileSync(await download.path(), "utf8"));
    expect(result).toMatchObject({ rater: "Ada" });
    const counts = tally(key, new Map([["ada.json", result]]));
    expect(counts.map(({ a: forA, b: forB, same }) => [forA, forB, same])).toEqual([
      [3, 0, 0],
      [0, 0, 3],
      [0, 3, 0],
    ]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(errors).toEqual([]);
  }, 60_000);
});
