// Chromium, where there is one. Under MAKEANYTHING_BROWSER_TESTS=1 a machine without it fails.
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { afterAll, describe } from "vitest";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const isRequired = process.env["MAKEANYTHING_BROWSER_TESTS"] === "1";
const executablePath = PLACES.find((place) => existsSync(place));
const isMissing = executablePath === undefined;

/** `describe` for tests in a browser; skipped, with the reason in their name, where there is none. */
export function describeInBrowser(name: string, run: () => void): void {
  if (isMissing && isRequired) throw new Error(`no browser in ${PLACES.join(", ")}`);
  describe.skipIf(isMissing)(isMissing ? `${name} (skipped: no chromium here)` : name, run);
}

/** A browser that is closed after the test file. */
export async function openBrowser(): Promise<Browser> {
  // A container's root user has no sandbox.
  const browser = await chromium.launch({
    executablePath: executablePath!,
    args: ["--no-sandbox"],
  });
  afterAll(() => browser.close());
  return browser;
}
