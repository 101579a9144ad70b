// A few instants; `npm run test:kill` takes two hundred.
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { killOften } from "./kills.js";

const dataDir = temporaryFolder();

test.skipIf(process.platform !== "linux")(
  "after a kill at any instant every procedure that can be read is complete (Linux: /proc)",
  async () => {
    const { killed, whole } = await killOften(dataDir, 6);
    expect(Object.values(killed).reduce((sum, count) => sum + count, 0)).toBe(6);
    expect(whole.size).toBeGreaterThan(0);
  },
);
