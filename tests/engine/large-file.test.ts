// A file of FLUX.1-dev's own size, sparse: its header is real, its 24 GB are not on the disk.
import { execFileSync } from "node:child_process";
import { readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fluxDev } from "#src/doctor/flux-dev.js";
import { withHeader } from "../support/safetensors.js";
import { temporaryFolder } from "../support/temporary.js";

interface PublicHeader {
  tensors: Record<string, [dtype: string, shape: number[]]>;
}

/** Lays the file out in a process of its own, and says what that took. */
const script = `
  import { encode } from "#src/engine/graph/index.js";
  import { fluxTransformer } from "#src/engine/models/flux.js";
  import { bindWeights } from "#src/engine/weights/bind.js";
  const [path, config] = process.argv.slice(1);
  const graph = fluxTransformer(JSON.parse(config));
  const idleBytes = process.memoryUsage().rss;
  const begin = performance.now();
  const { bind } = await bindWeights(graph, path, { kind: "transformer" });
  const model = encode(graph, bind);
  const ms = performance.now() - begin;
  const grownBytes = 1024 * process.resourceUsage().maxRSS - idleBytes;
  console.log(JSON.stringify({ modelBytes: model.length, grownBytes, ms }));
`;

test("24 GB are opened, checked and laid out in a few megabytes", () => {
  const path = join(temporaryFolder(), "flux1-dev.safetensors");
  const url = new URL("../reference/headers/flux1-dev.json", import.meta.url);
  const { tensors } = JSON.parse(readFileSync(url, "utf8")) as PublicHeader;
  let end = 0;
  const entries = Object.entries(tensors).map(([key, [dtype, shape]]) => {
    const begin = end;
    end += shape.reduce((product, size) => product * size, 2);
    return [key, { dtype, shape, data_offsets: [begin, end] }];
  });
  writeFileSync(path, withHeader(JSON.stringify(Object.fromEntries(entries)), new Uint8Array()));
  truncateSync(path, statSync(path).size + end);
  expect(statSync(path).size).toBeGreaterThan(23.8e9);

  const config = JSON.stringify(fluxDev.transformer);
  const flags = ["--input-type=module", "--eval", script, path, config];
  const took = JSON.parse(execFileSync(process.execPath, flags, { encoding: "utf8" })) as {
    modelBytes: number;
    grownBytes: number;
    ms: number;
  };
  console.log(`${Math.round(took.ms)} ms, ${Math.round(took.grownBytes / 1e6)} MB`);
  expect(took.modelBytes).toBeLessThan(2 ** 20);
  expect(took.grownBytes).toBeLessThan(300e6);
});
