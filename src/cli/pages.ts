// The commands that need no model: split a page into frames, compose frames to a page.
import { realpath, writeFile } from "node:fs/promises";
import path from "node:path";
import { openFolder } from "./out-folder.js";
import { type Layout, layoutFor, type Order, sheetFor } from "../grid/index.js";
import { createPictureHost, type PictureHost } from "../workers/index.js";

export async function splitPage(
  page: string,
  { out, json }: { out?: string; json?: boolean },
): Promise<void> {
  const source = await pictureAt(page);
  const folder = await openFolder(out ?? `${path.parse(page).name}-frames`);
  const { layout, certain, frames } = await withPictures((pictures) => pictures.split({ source }));
  const written = frames.map(({ png, widthPx, heightPx }, i) => ({
    png,
    entry: {
      index: i + 1,
      file: path.join(folder, `step-${String(i + 1).padStart(2, "0")}.png`),
      width: widthPx,
      height: heightPx,
    },
  }));
  for (const { png, entry } of written) await writeFile(entry.file, png);
  const entries = written.map(({ entry }) => entry);
  const warnings = certain
    ? []
    : [`The page does not tell whether it holds 4 or 9 frames; ${frames.length} is a guess.`];
  if (json) return console.log(JSON.stringify({ layout, frames: entries, warnings }));
  for (const { file, width, height } of entries) console.log(`${file}  ${width} × ${height} px`);
  for (const warning of warnings) console.log(`Warning: ${warning}`);
}

export async function composePage(
  frames: string[],
  { out, order, json }: { out: string; order?: Order; json?: boolean },
): Promise<void> {
  const sources = await Promise.all(frames.map(pictureAt));
  const layout = pageLayout(frames.length, order);
  const file = path.join(await openFolder(path.dirname(out)), path.basename(out));
  const page = await withPictures((pictures) => pictures.compose({ sources, layout }));
  await writeFile(file, page.png);
  const { widthPx: width, heightPx: height } = page;
  console.log(
    json ? JSON.stringify({ file, width, height, layout }) : `${file}  ${width} × ${height} px`,
  );
}

/** A snake for the pages that models paint, a sheet in reading order for any other number. */
function pageLayout(frames: number, order: Order | undefined): Layout {
  if (frames === 4 || frames === 9) return layoutFor(frames, order ?? "snake");
  return { ...sheetFor(frames), ...(order && { order }) };
}

/** A typed path, followed to where it leads. */
async function pictureAt(file: string): Promise<{ path: string }> {
  try {
    return { path: await realpath(file) };
  } catch {
    throw new Error(`no such file: ${path.resolve(file)}`);
  }
}

async function withPictures<Result>(
  run: (pictures: PictureHost) => Promise<Result>,
): Promise<Result> {
  const pictures = createPictureHost();
  try {
    return await run(pictures);
  } finally {
    await pictures.close();
  }
}
