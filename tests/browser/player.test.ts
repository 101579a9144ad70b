// The step player under the official host of MCP Apps, with the real server and model behind it.
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Session } from "../server/session.js";
import { temporaryFolder } from "../support/temporary.js";
import { type AppHost, openApp } from "./app-host.js";
import { describeInBrowser, openBrowser } from "./browser.js";

describeInBrowser("the step player in a host", () => {
  const session = new Session({ MAKEANYTHING_HOME: temporaryFolder() });
  let browser: Browser;
  let result: CallToolResult;
  let host: AppHost;

  beforeAll(async () => {
    browser = await openBrowser();
    await session.open();
    const steps = Array.from({ length: 9 }, (_, i) => `Do the ${i + 1}th thing.`);
    steps[1] = `<img src=x onerror="parent.postMessage('hacked','*')"><b>bold</b>`;
    steps[2] = "ارسم الشكل الأساسي للصاروخ";
    const rocket = { subject: "a red rocket", domain: "sketch", seed: 1 };
    result = await session.call("generate_procedure", { ...rocket, steps });
    host = await openApp(browser, session, { width: 800, theme: "light" });
    await host.sendResult(result);
    await host.app.locator(".film li:last-child img[src]").waitFor();
  });
  afterAll(() => session.close());

  const button = (name: string | RegExp) => host.app.getByRole("button", { name });
  const caption = () => host.app.locator(".caption").textContent();

  test("shows the first step, and has fetched each frame by a call of its own", async () => {
    expect(await host.app.locator(".count").textContent()).toBe("Step 1 of 9");
    expect(await caption()).toBe("Do the 1th thing.");
    expect(host.calls.map(({ name, arguments: { step } }) => [name, step])).toEqual(
      Array.from({ length: 9 }, (_, i) => ["view_frame", i + 1]),
    );
    const widthPx = await host.inside("document.querySelector('.stage img').naturalWidth");
    expect(widthPx).toBe(512);
  });

  test("takes a caption as words, never as markup, and turns right-to-left ones", async () => {
    await button("Next step").click();
    expect(await caption()).toContain("<b>bold</b>");
    expect(await host.app.locator(".caption *, .film b").count()).toBe(0);
    await button("Next step").click();
    const direction = "getComputedStyle(document.querySelector('.caption')).direction";
    expect(await host.inside(direction)).toBe("rtl");
  });

  test("goes by keyboard, and stops at both ends", async () => {
    await host.app.locator(".stage").focus();
    for (const [key, count] of [
      ["End", "Step 9 of 9"],
      ["ArrowRight", "Step 9 of 9"],
      ["ArrowLeft", "Step 8 of 9"],
      ["Home", "Step 1 of 9"],
      ["ArrowLeft", "Step 1 of 9"],
    ] as const) {
      await host.page.keyboard.press(key);
      expect(await host.app.locator(".count").textContent()).toBe(count);
    }
    expect(await button("Previous step").isDisabled()).toBe(true);
  });

  test("has one stop of the Tab key in the film, which moves with the arrows", async () => {
    await button(/^Step 4:/).click();
    await host.page.keyboard.press("ArrowRight");
    expect(await host.inside("document.activeElement.getAttribute('aria-label')")).toMatch(
      /^Step 5:/,
    );
    expect(await host.app.locator(".film button[tabindex='0']").count()).toBe(1);
    expect(await button(/^Step 5:/).getAttribute("aria-current")).toBe("step");
  });

  test("plays, which is not read aloud, and pauses", async () => {
    await button(/^Step 5:/).click();
    const live = () => host.app.locator(".text").getAttribute("aria-live");
    expect(await live()).toBe("polite");
    await button("Play").click();
    expect(await live()).toBe("off");
    await host.app.getByText("Step 6 of 9").waitFor();
    await button("Pause").click();
    expect(await live()).toBe("polite");
  });

  test("zooms into the picture, with a larger frame, and out again", async () => {
    await button("Zoom").click();
    expect(await button("Zoom").getAttribute("aria-pressed")).toBe("true");
    await expect.poll(() => host.calls.at(-1)?.arguments["size"]).toBe(1024);
    await host.page.keyboard.press("Escape");
    expect(await button("Zoom").getAttribute("aria-pressed")).toBe("false");
  });

  test("paints more detail between two steps, shows it, and tells the model", async () => {
    await button(/^Step 6:/).click();
    await button("More detail between 6 and 7").click();
    await host.app.getByText("2 new steps.").waitFor();
    expect(host.calls.find(({ name }) => name === "refine_steps")?.arguments).toMatchObject({
      between: [6, 7],
    });
    expect(await host.app.locator(".count").textContent()).toBe("Step 7 of 11 · new");
    expect(await host.app.locator(".film .new").count()).toBe(2);
    await expect
      .poll(() => host.page.evaluate("JSON.stringify(window.modelContext)"))
      .toMatch(/between steps 6 and 7.*11 steps/);
  });

  test("says what a tool refused", async () => {
    const { isError, content } = await session.call("get_procedure", { procedure_id: "nothing" });
    expect(isError).toBe(true);
    await host.sendResult({ isError: true, content });
    await host.app.getByText(/procedure "nothing"/).waitFor();
  });

  test("waits for what is still being painted", async () => {
    const rocket = { subject: "a blue rocket", domain: "sketch", wait_seconds: 0 };
    const running = await session.call("generate_procedure", rocket);
    expect(running.structuredContent).toMatchObject({
      status: expect.stringMatching(/queued|running/),
    });
    await host.sendResult(running);
    await host.app.getByText("Step 1 of 9").waitFor();
    expect(host.calls.some(({ name }) => name === "get_procedure")).toBe(true);
  });

  test("nothing went wrong on either page", () => {
    expect(host.problems).toEqual([]);
  });

  describe.each([
    ["light", 320],
    ["dark", 320],
    ["light", 800],
    ["dark", 800],
  ] as const)("%s, %i px wide", (theme, width) => {
    let shown: AppHost;
    beforeAll(async () => {
      shown = await openApp(browser, session, { width, theme });
      await shown.sendResult(result);
      await shown.app.locator(".film li:last-child img[src]").waitFor();
    });

    test("fits: at most 500 px high, nothing wider than its frame", async () => {
      expect(await shown.height()).toBeLessThanOrEqual(500);
      expect(await shown.inside("document.body.scrollWidth <= innerWidth")).toBe(true);
    });

    test("has targets of 44 px, all with a name", async () => {
      const buttons = await shown.app.getByRole("button").all();
      expect(buttons.length).toBeGreaterThan(12);
      for (const one of buttons) {
        const box = await one.boundingBox();
        expect(Math.min(box!.width, box!.height)).toBeGreaterThanOrEqual(44);
        expect((await one.getAttribute("aria-label")) ?? (await one.textContent())).toMatch(/\S/);
      }
    });

    test("is as dark as its host says", async () => {
      const background = await shown.inside("getComputedStyle(document.body).backgroundColor");
      const [red = NaN] = String(background).match(/\d+/g)!.map(Number);
      expect(red > 128).toBe(theme === "light");
    });
  });
});
