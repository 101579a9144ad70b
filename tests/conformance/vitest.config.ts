// The conformance suite, apart from the other tests: it is fetched from the npm registry.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/conformance/*.check.ts"],
    pool: "forks",
    maxWorkers: 1,
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
});
