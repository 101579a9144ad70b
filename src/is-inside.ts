// Whether a path lies in a folder. Both are absolute and already led to where they really are.
import path from "node:path";

/** True also of the folder itself. */
export function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
