// Two hundred instants.
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { killOften } from "./kills.js";

const INSTANTS = 200;
const dataDir = temporaryFolder();

test(`after each of ${INSTANTS} kills every procedure that can be read is complete`, async () => {
  const { killed, whole, interrupted } = await killOften(dataDir, INSTANTS);
  console.log({ killed, whole: whole.size, interrupted: interrupted.size });
  expect(whole.size).toBeGreaterThan(INSTANTS / 10);
  expect(interrupted.size).toBeGreaterThan(INSTANTS / 10);
  expect(Math.min(...Object.values(killed))).toBeGreaterThan(0);
});
