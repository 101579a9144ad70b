// What is packed and bundled, as those who install it get it. Apart from the other tests: it takes minutes,
// and needs the npm registry.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/packaging/*.check.ts"],
    pool: "forks",
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 600_000,
  },
});
