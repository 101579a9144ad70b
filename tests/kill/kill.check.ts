// Two hundred instants.
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { killOften } from "./kills.js";

const INSTANTS = 200;
const dataDir = temporaryFolder();

test(`after each of ${INSTANTS} kills every procedure that can be read is complete`, async () => {
  const tally = await killOften(dataDir, INSTANTS);
  console.log(tally);
  expect(tally.checked).toBeGreaterThan(INSTANTS);
  expect(tally.interrupted).toBeGreaterThan(INSTANTS / 20);
  expect(Math.min(...Object.values(tally.killed))).toBeGreaterThan(0);
});
