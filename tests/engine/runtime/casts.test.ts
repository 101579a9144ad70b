// Weights that are cast at every run: what lies in memory of them is the file.
import { execFileSync } from "node:child_process";
import { statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { withHeader } from "../../support/safetensors.js";
import { temporaryFolder } from "../../support/temporary.js";

const SIDE = 8192;
const WEIGHT_BYTES = 2 * SIDE * SIDE;

/** How much memory that is no file's a session takes. */
const script = `
  import { readFileSync } from "node:fs";
  import { Graph } from "#src/engine/graph/index.js";
  import { linearWithoutBias } from "#src/engine/layers/linear.js";
  import { openSession } from "#src/engine/runtime/session.js";
  const [path, size, castsWhenRun] = process.argv.slice(1);
  const side = Number(size);
  const g = new Graph();
  g.output("y", linearWithoutBias(g, g.input("x", "F32", [1, side]), { in: side, out: side }));
  const taken = () => 1024 * Number(/RssAnon:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
  const before = taken();
  const session = await openSession(g, path, { threads: 1, castsWhenRun: castsWhenRun === "true" });
  console.log(taken() - before);
`;

describe.skipIf(process.platform !== "linux")("of 134 MB in 16 bits a session keeps", () => {
  test.each(["F16", "BF16"])(
    "as float32 268 MB more, or none where it casts as it runs: %s",
    (dtype) => {
      const path = join(temporaryFolder(), "weights.safetensors");
      const entry = { dtype, shape: [SIDE, SIDE], data_offsets: [0, WEIGHT_BYTES] };
      writeFileSync(path, withHeader(JSON.stringify({ weight: entry }), new Uint8Array()));
      truncateSync(path, statSync(path).size + WEIGHT_BYTES);
      const bytesOf = (castsWhenRun: boolean) =>
      Number(execFileSync(process.execPath, ["--input-type=module", "--eval", script, path, String(SIDE), String(castsWhenRun)])); // prettier-ignore
      expect(bytesOf(false)).toBeGreaterThan(1.9 * WEIGHT_BYTES);
      expect(bytesOf(true)).toBeLessThan(WEIGHT_BYTES / 2);
    },
  );
});
