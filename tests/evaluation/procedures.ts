// Procedures as folders hold them, small and true to their form.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";

export async function writeProcedure(
  folder: string,
  {
    subject,
    domain = "lego",
    model = "small",
    color = "#3060c0",
  }: { subject: string; domain?: string; model?: string; color?: string },
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const files = ["step-01.png", "step-02.png", "step-03.png", "step-04.png"];
  for (const file of [...files, "page.png"])
    await sharp({ create: { width: 16, height: 16, channels: 3, background: color } })
      .png()
      .toFile(join(folder, file));
  const manifest = {
    format: 1,
    id: Buffer.from(`${subject}${model}`).toString("hex").slice(0, 16),
    mode: "generate",
    domain,
    subject,
    prompt: `2*2 of 4 sub-images, ${subject}`,
    seed: 1,
    createdAt: "2026-01-01T00:00:00.000Z",
    model: { name: model, version: "1" },
    adapters: [],
    framePx: 16,
    steps: files.map((file, i) => ({
      id: `s${i + 1}`,
      caption: `step ${i + 1}`,
      captionBy: "plan",
      file,
      widthPx: 16,
      heightPx: 16,
      origin: { kind: "generated" },
    })),
    page: "page.png",
    warnings: [],
    notes: [],
    timings: {},
  };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
}
