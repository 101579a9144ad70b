import { rootFolders, SourceError } from "#src/sources/index.js";
import { parseAddress } from "#src/sources/web-address.js";
import fc from "fast-check";
import path from "node:path";
import { describe, expect, test } from "vitest";

const pieces = fc
  .array(
    fc.constantFrom(
      "https:",
      "http:",
      "file:",
      "//",
      "/",
      "\\",
      "@",
      ":",
      "a",
      "%00",
      "%2f",
      "..",
      "[::1]",
      "127.0.0.1",
      "0x7f.1",
      "?",
      "#",
      " ",
      "\n",
      "é",
      "例え",
      "\u202e",
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));
const written = fc.oneof(fc.string({ unit: "binary" }), fc.webUrl(), pieces);

describe("an address", () => {
  test.each([
    ["https://example.org/a.png", undefined, "https://example.org/a.png"],
    ["HTTPS://Example.ORG", undefined, "https://example.org/"],
    ["https://2130706433/", undefined, "https://127.0.0.1/"],
    ["/b.png", "https://example.org/a/", "https://example.org/b.png"],
    ["//example.com/", "https://example.org/a/", "https://example.com/"],
  ])("%s from %s is %s", (text, base, href) => {
    expect(parseAddress(text, base === undefined ? undefined : new URL(base)).href).toBe(href);
  });

  test.each([
    ["", /is none/],
    ["example.org/a.png", /is none/],
    ["https://", /is none/],
    [`https://example.org/${"a".repeat(5000)}`, /is none/],
    ["http://example.org/", /need https/],
    ["ftp://example.org/", /need https/],
    ["https://me@example.org/", /name or password/],
    ["https://:x@example.org/", /name or password/],
  ])("%s is refused", (text, words) => {
    expect(() => parseAddress(text)).toThrow(words);
  });

  test("is https without credentials, or refused in few words, whatever is written", () => {
    fc.assert(
      fc.property(written, fc.boolean(), (text, isRedirect) => {
        try {
          const url = parseAddress(text, isRedirect ? new URL("https://example.org/x") : undefined);
          expect([url.protocol, url.username, url.password]).toEqual(["https:", "", ""]);
          expect(url.hostname).not.toBe("");
        } catch (error) {
          expect(error).toBeInstanceOf(SourceError);
          expect((error as Error).message.length).toBeLessThan(200);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

test("a client's roots are absolute local folders, whatever it calls them", () => {
  fc.assert(
    fc.property(fc.array(written.map((uri) => ({ uri }))), (roots) => {
      for (const folder of rootFolders(roots)) {
        expect(path.resolve(folder)).toBe(folder);
        expect(folder).not.toBe("/");
      }
    }),
  );
});
