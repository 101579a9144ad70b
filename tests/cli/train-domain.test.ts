// A craft of one's own, from a folder of frames to a procedure, as a person makes it.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import sharp from "sharp";
import { packageRoot } from "#src/config.js";
import { craftNamed, drawScene, framesOf, randomFrom, renderFrames } from "#src/world/index.js";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";

const bin = path.join(packageRoot(), "dist/src/cli.js");
const root = temporaryFolder();
const frames = path.join(root, "origami");
const run = (...args: string[]) =>
  spawnSync(process.execPath, [bin, ...args], {
    encoding: "utf8",
    env: { ...process.env, MAKEANYTHING_HOME: path.join(root, "home") },
  });

async function writeSequence(name: string): Promise<void> {
  const folder = path.join(frames, name);
  mkdirSync(folder, { recursive: true });
  const craft = craftNamed("line_draw")!;
  const pictures = await renderFrames(
    framesOf(drawScene(randomFrom(name), { craft }), craft, 4, 96),
    96,
  );
  for (const [i, { data, width, height }] of pictures.entries())
    await sharp(data, { raw: { width, height, channels: 3 } }).toFile(
      path.join(folder, `00${i + 1}.png`),
    );
  const captions = pictures.map((_, i) => `Fold ${i + 1} of ${name}.`);
  writeFileSync(path.join(folder, "captions.json"), JSON.stringify(captions));
}

test("a folder of frames becomes a domain that paints at once", async () => {
  await writeSequence("a crane");
  await writeSequence("a boat");
  const slip = run("train", "domain", "--frames", `${frames}i`, "--name", "origami");
  expect(slip.stderr).toContain(`--frames: there is no folder ${frames}i\n`);
  const trained = run("train", "domain", "--frames", frames, "--name", "origami", "--steps", "2");
  expect([trained.status, trained.signal], trained.stderr).toEqual([0, null]);
  expect(trained.stdout).toBe('Learnt: makeanything generate "…" --domain origami\n');
  const report = path.join(root, "home", "training", "origami", "report.html");
  expect(trained.stderr).toContain(`Curves and pictures on the way: ${report}\n`);
  expect(readFileSync(report, "utf8")).toContain('src="samples/000002-page-1.png"');
  const { status, stdout, stderr } = run("generate", "a crane", "--domain", "origami", "--json");
  expect(status, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ domain: "origami", steps: [{}, {}, {}, {}] });
});
