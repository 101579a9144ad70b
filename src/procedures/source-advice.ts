// What to do where a path leads nowhere. A chat's attachments never reach a local server, and models then
// invent a path like /mnt/user-data/uploads/…: the answer says where a picture may be saved, and which
// ones are there.
import path from "node:path";
import { newestPictures } from "../sources/index.js";

const NAMED_FOLDERS = 6;
const NAMED_PICTURES = 5;
/** A refusal should come at once. */
const WALK = { depth: 3, mostEntries: 2000 };

export async function adviseOnFiles(
  folders: readonly string[],
  { wanted, leaveOut }: { wanted: string; leaveOut: readonly string[] },
): Promise<string> {
  const name = path.basename(wanted);
  const { pictures: found } = await newestPictures(folders, { ...WALK, leaveOut, limit: Infinity });
  const namesake = found.find(({ file }) => path.basename(file) === name);
  const newest = found.slice(0, NAMED_PICTURES).map(({ file }) => file);
  const more = folders.length > NAMED_FOLDERS ? ", …" : "";
  return [
    `A picture attached to a chat does not reach this server: ask for it to be saved in one of ${folders.slice(0, NAMED_FOLDERS).join(", ")}${more}, and give that path.`,
    ...(namesake === undefined ? [] : [`One of that name is there: ${namesake.file}.`]),
    ...(newest.length === 0 ? [] : [`The newest pictures there: ${newest.join(", ")}.`]),
    "find_images shows more.",
  ].join(" ");
}
