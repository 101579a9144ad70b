// Kills at two hundred random instants, apart from the other tests: it takes some minutes, on Linux.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/kill/*.check.ts"],
    pool: "forks",
    testTimeout: 3_600_000,
  },
});
