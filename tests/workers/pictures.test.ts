import { createPictureHost } from "#src/workers/index.js";
import { afterAll, expect, test } from "vitest";
import { noise } from "../pictures/made.js";

const pictures = createPictureHost();
afterAll(() => pictures.close());

test("pictures that nobody wants any more are not decoded to the last one", async () => {
  const bytes = await noise(600).png().toBuffer();
  const sources = Array.from({ length: 1000 }, () => ({ bytes }));
  const job = { sources, sidePx: 64, quality: 80 };
  await pictures.previews({ ...job, sources: sources.slice(0, 1) }); // the child is there
  const startedAt = performance.now();
  await expect(pictures.previews(job, { signal: AbortSignal.timeout(200) })).rejects.toMatchObject({
    code: "cancelled",
  });
  expect(performance.now() - startedAt).toBeLessThan(3000);
  expect(await pictures.previews({ ...job, sources: sources.slice(0, 2) })).toHaveLength(2);
});
