// Which files belong together. A folder with captions.json is one sequence of frames; a folder with
// `.caption` files is pages; a folder with neither is a sequence where its pictures are few and numbered.
import type { Problem } from "./error.js";
import {
  type DataFile,
  type Folder,
  isCaptionsJson,
  listFolders,
  type PageFiles,
  type SequenceFiles,
} from "./files.js";
import { surveyPages } from "./pages.js";
import { surveySequence } from "./sequence.js";

export interface Survey {
  items: (PageFiles | SequenceFiles)[];
  problems: Problem[];
}

const PICTURE = /^\.(png|jpe?g|webp)$/;
const OTHER_PICTURE = /^\.(gif|tiff?|avif|hei[cf]|bmp|svg|psd|jxl|jp2)$/;
/** The most frames that a page holds. */
const MOST_FRAMES = 9;

/** Looks at names alone: no picture is opened, no caption read. */
export async function survey(folder: string): Promise<Survey> {
  const problems: Problem[] = [];
  const items: Survey["items"] = [];
  for (const each of await listFolders(folder, problems)) {
    const pictures = each.files.filter(({ extension }) => PICTURE.test(extension));
    for (const { path, extension } of each.files)
      if (OTHER_PICTURE.test(extension))
        problems.push({
          code: "unsupported_picture",
          file: path,
          message: `${extension} is not read here; save it as PNG, JPEG or WebP, or remove it`,
        });
    if (isSequence(each, pictures)) items.push(surveySequence(each, pictures, problems));
    else items.push(...surveyPages(each, pictures, problems));
  }
  return { items, problems };
}

function isSequence({ files }: Folder, pictures: readonly DataFile[]): boolean {
  if (files.some(isCaptionsJson)) return true;
  if (files.some(({ extension }) => extension === ".caption")) return false;
  return (
    pictures.length > 1 &&
    pictures.length <= MOST_FRAMES &&
    pictures.every(({ stem }) => /^\d+$/.test(stem.normalize("NFKC")))
  );
}
