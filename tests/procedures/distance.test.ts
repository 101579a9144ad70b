import { meanDistance } from "#src/procedures/distance.js";
import { expect, test } from "vitest";

const flat = (value: number) => ({ width: 2, height: 1, data: new Uint8Array(6).fill(value) });

test("the distance is the mean difference of all bytes, in either direction", () => {
  expect(meanDistance(flat(10), flat(14))).toBe(4);
  expect(meanDistance(flat(14), flat(10))).toBe(4);
  expect(meanDistance(flat(9), flat(9))).toBe(0);
});
