// A folder in the released layout: pictures of whole pages, each with a `.caption` file of its stem.
import path from "node:path";
import type { Problem } from "./error.js";
import type { DataFile, Folder, PageFiles } from "./files.js";

/** Gives the folder's pages; what is wrong with their names is added to `problems`. */
export function surveyPages(
  { path: folder, name, files }: Folder,
  pictures: readonly DataFile[],
  problems: Problem[],
): PageFiles[] {
  const captions = byStem(files.filter(({ extension }) => extension === ".caption"));
  const pages = byStem(pictures);
  for (const [stem, [caption, another]] of captions) {
    if (another)
      problems.push({
        code: "duplicate_caption",
        file: another.path,
        message: `${caption!.path} is a caption of the same name; keep one of them`,
      });
    if (!pages.has(stem))
      problems.push({
        code: "missing_picture",
        file: caption!.path,
        message: "no .png, .jpg or .webp has this name; add the page, or remove the caption",
      });
  }
  return [...pages].map(([stem, [page, another]]) => {
    if (another)
      problems.push({
        code: "duplicate_picture",
        file: another.path,
        message: `${page!.path} has the same name, and one caption cannot tell both; rename one of them`,
      });
    const id = name === "" ? stem : `${name}/${stem}`;
    const [caption] = captions.get(stem) ?? [];
    const file = caption?.path ?? path.join(folder, `${stem}.caption`);
    return { kind: "page", id, page: page!.path, words: { file, exists: caption !== undefined } };
  });
}

function byStem(files: readonly DataFile[]): Map<string, DataFile[]> {
  const groups = new Map<string, DataFile[]>();
  for (const file of files) groups.set(file.stem, [...(groups.get(file.stem) ?? []), file]);
  return groups;
}
