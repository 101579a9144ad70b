// The pictures that were saved last, so that “the photo I just saved” has a path.
import { z } from "zod";
import { thumbnailsOf } from "./thumbnails.js";
import { type Block, defineTool, READS } from "./tool.js";
import { ownRooms, readableFolders } from "../procedures/index.js";
import { newestPictures, realFolders } from "../sources/index.js";

const USUAL = 8;
const MOST = 24;
const LIMIT_RANGE = `limit is a whole number from 1 to ${MOST};`;

const imageList = z.object({
  images: z.array(
    z.object({
      file: z.string().describe("Absolute path; recraft_from_image takes it."),
      modified: z.string().describe("When it was saved, in UTC."),
      size_bytes: z.number().int(),
      not_shown: z.string().optional().describe("Why it has no thumbnail, where it has none."),
    }),
  ),
  folders: z.array(z.string()).describe("The folders that this server may read."),
  complete: z.boolean().describe("False where there is more than was looked at."),
});

export const findImages = defineTool({
  name: "find_images",
  title: "Find pictures",
  description:
    "Lists the newest pictures in the folders that this server may read, with thumbnails. For a picture that somebody has just saved, " +
    "and in place of one attached to a chat, which does not reach this server.",
  input: z.strictObject({
    name: z.string().max(200).optional().describe("A part of the file's name."),
    limit: z
      .int(LIMIT_RANGE)
      .min(1, LIMIT_RANGE)
      .max(MOST, LIMIT_RANGE)
      .optional()
      .describe(`How many: ${USUAL} where it is left out, at most ${MOST}.`),
  }),
  output: imageList,
  annotations: READS,
  async run(context, { name, limit = USUAL }, { settings, signal }) {
    const folders = await readableFolders(context);
    const leaveOut = ownRooms(context.dataDir);
    const { pictures, complete } = await newestPictures(folders, { limit, name, leaveOut });
    const files = pictures.map(({ file }) => file);
    const thumbnails = await thumbnailsOf(context, files, {
      within: await realFolders(folders),
      budgetBytes: settings.previewBudgetBytes - textBytes(files, folders),
      signal,
    });
    const structured = {
      images: pictures.map(({ file, sizeBytes, modifiedMs }, i) => ({
        file,
        modified: new Date(modifiedMs).toISOString(),
        size_bytes: sizeBytes,
        ...(typeof thumbnails[i] === "string" && { not_shown: thumbnails[i] }),
      })),
      folders,
      complete,
    };
    const shown = thumbnails.flatMap((jpeg, i): Block[] =>
      typeof jpeg === "string"
        ? []
        : [
            { kind: "text", text: files[i]! },
            { kind: "picture", jpeg },
          ],
    );
    return { structured, blocks: [{ kind: "text", text: tell(structured) }, ...shown] };
  },
});

function tell({ images, folders, complete }: z.infer<typeof imageList>): string {
  const what =
    images.length === 0 ? "No picture is there. Ask for one to be saved" : "The newest first,";
  return [
    `${what} in the folders that this server may read: ${folders.join(", ")}`,
    ...images.map(({ file, modified, size_bytes, not_shown }) => {
      const why = not_shown === undefined ? "" : `; not shown: ${not_shown}`;
      return `${file} [${modified}, ${size_bytes} bytes${why}]`;
    }),
    ...(complete ? [] : ["There are more folders than were looked into."]),
  ].join("\n");
}

/** Each path stands three times in the answer, and four characters take the room of three bytes. */
function textBytes(files: readonly string[], folders: readonly string[]): number {
  const perFile = 120;
  const texts = [...files, ...folders].join("");
  return 3 * Buffer.byteLength(texts) * 0.75 + perFile * files.length;
}
