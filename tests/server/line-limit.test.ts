import { Buffer } from "node:buffer";
import { LineLimit } from "#src/server/line-limit.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

/** Feeds chunks, and gives what came out and whose lines were dropped. */
async function feed(maxBytes: number, chunks: readonly Uint8Array[]) {
  const dropped: (string | number | undefined)[] = [];
  const limit = new LineLimit(maxBytes, (id) => dropped.push(id));
  const out: Buffer[] = [];
  limit.on("data", (chunk: Buffer) => out.push(chunk));
  for (const chunk of chunks) limit.write(chunk);
  limit.end();
  await new Promise((resolve) => limit.once("end", resolve));
  return { out: out.map((chunk) => chunk.toString()), dropped };
}

test("lines come out whole, however they were cut on the way", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ maxLength: 40 }).map((text) => `${text.replaceAll("\n", " ")}\n`)),
      fc.integer({ min: 1, max: 50 }),
      async (lines, chunkBytes) => {
        const all = Buffer.from(lines.join(""));
        const chunks = Array.from({ length: Math.ceil(all.length / chunkBytes) }, (_, i) =>
          all.subarray(i * chunkBytes, (i + 1) * chunkBytes),
        );
        expect(await feed(1000, chunks)).toEqual({ out: lines, dropped: [] });
      },
    ),
    { numRuns: 50 },
  );
});

describe("a line that is too long", () => {
  const long = "x".repeat(30_000);
  const chunks = (text: string) =>
    (text.match(/.{1,7000}\n?/gs) ?? []).map((part) => Buffer.from(part));

  test.each([
    ["as the SDK writes it", { method: "m", params: { long }, jsonrpc: "2.0", id: 7 }, 7],
    [
      "with its id in front",
      { jsonrpc: "2.0", id: "seven", method: "m", params: { long } },
      "seven",
    ],
    ["without an id", { jsonrpc: "2.0", method: "m", params: { long } }, undefined],
  ])("is dropped and answered: %s", async (_, message, id) => {
    const text = `${JSON.stringify(message)}\n{"next":1}\n`;
    expect(await feed(20_000, chunks(text))).toEqual({ out: ['{"next":1}\n'], dropped: [id] });
  });
});
