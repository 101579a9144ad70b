import { errorRecord } from "#src/server/error-record.js";
import { expect, test } from "vitest";

test("a log holds an error's kind, code and places, and nothing that it quotes", () => {
  const quoting = Object.assign(new TypeError("secret\n    at secret\n    at secret (file:1:1)"), {
    code: "EACCES",
  });
  const record = errorRecord(quoting);
  expect(record).toMatchObject({ error: "TypeError", code: "EACCES" });
  expect(record.at?.[0]).toContain("error-record.test.ts");
  expect(JSON.stringify(record)).not.toContain("secret");
});

test("a log holds of what is no error its type alone", () => {
  expect(errorRecord("secret")).toEqual({ error: "string" });
});
