// The exported tutorial, opened from the disk as a person does.
import { pathToFileURL } from "node:url";
import { exportProcedure } from "#src/exports/index.js";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { CAPTIONS, exportContext, saveSample } from "../exports/sample.js";
import { temporaryFolder } from "../support/temporary.js";
import { describeInBrowser, openBrowser } from "./browser.js";

describeInBrowser("an exported tutorial", () => {
  const problems: string[] = [];
  let page: Page;
  beforeAll(async () => {
    const context = exportContext(temporaryFolder());
    const subject = "<b>hostile</b>";
    const { id } = await saveSample(context, CAPTIONS, { subject, warnings: [CAPTIONS[0]!] });
    const { file } = await exportProcedure(context, id, "html");
    const browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 320, height: 800 } });
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("dialog", (dialog) => problems.push(dialog.message()));
    page.on("request", (request) => {
      if (!/^(file|data):/.test(request.url())) problems.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
  });

  test("plays its own list, without a host", async () => {
    expect(await page.locator(".count").textContent()).toBe("Step 1 of 5");
    await page.getByRole("button", { name: "Next step" }).click();
    expect(await page.locator(".caption").textContent()).toBe(CAPTIONS[1]);
    expect(await page.getByRole("button", { name: "More detail" }).count()).toBe(0);
    expect(await page.locator(".film img[src]").count()).toBe(5);
  });

  test("runs nothing and fetches nothing that a caption holds", async () => {
    expect(await page.locator("h1").textContent()).toBe("How <b>hostile</b> is made");
    expect(await page.locator(".caption *, h1 *, .warning *").count()).toBe(0);
    expect(problems).toEqual([]);
  });

  test("forbids what it does not need, so that markup could do nothing either", async () => {
    await page.evaluate(
      `document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.hacked = true'>")`,
    );
    await page.waitForTimeout(100);
    expect(await page.evaluate("window.hacked")).toBe(undefined);
  });

  test("is no wider than a phone", async () => {
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
  });

  test("prints its list alone", async () => {
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".player").isVisible()).toBe(false);
    expect(await page.locator("ol.steps li").count()).toBe(5);
  });
});
