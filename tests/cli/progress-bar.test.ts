import { PassThrough } from "node:stream";
import { barLine, createProgressBar } from "#src/cli/progress-bar.js";
import { expect, test, vi } from "vitest";

function stream(isTTY: boolean) {
  const through = Object.assign(new PassThrough(), { isTTY, columns: 40 });
  return {
    through: through as unknown as NodeJS.WriteStream,
    text: () => String(through.read() ?? ""),
  };
}

test("a bar tells the time left once it can be known", () => {
  expect(barLine({ fraction: 0.5, message: "painting" }, 3000)).toMatch(
    /█{12}░{12} {2}50% painting, 3 s left$/,
  );
  expect(barLine({ fraction: 0.01, message: "loading" }, 3000)).not.toContain("left");
});

test("on a terminal it is one line, never wider than that, and gone at the end", () => {
  const { through, text } = stream(true);
  const bar = createProgressBar(through);
  bar.report({ fraction: 0.5, message: "painting, step 12 of 24, with a long tail" });
  bar.stop();
  const [before, line = "", after] = text().split("\r\u001b[K");
  expect([before, after]).toEqual(["", ""]);
  expect(line).toHaveLength(39);
});

test("elsewhere it is a line for each phase, and one every few seconds", () => {
  vi.useFakeTimers();
  const { through, text } = stream(false);
  const bar = createProgressBar(through);
  bar.report({ fraction: 0, message: "loading" });
  for (let i = 0; i < 50; i++) {
    bar.report({ fraction: (i + 1) / 50, message: `painting, step ${i + 1} of 50` });
    vi.advanceTimersByTime(100);
  }
  bar.stop();
  vi.useRealTimers();
  expect(text().trimEnd().split("\n")).toEqual([
    "  0% loading",
    "  2% painting, step 1 of 50",
    " 42% painting, step 21 of 50",
    " 82% painting, step 41 of 50",
  ]);
});
