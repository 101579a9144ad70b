// What this program itself keeps in its data folder. Each of its rooms holds a folder a procedure, and is
// for those who may load that one; what else lies in the data folder somebody has put there.
import { realpath } from "node:fs/promises";
import path from "node:path";
import type { Procedure } from "./procedure.js";
import type { Store } from "./store.js";
import { isInside } from "../is-inside.js";

export function ownRooms(dataDir: string): string[] {
  return ["procedures", "exports", "jobs"].map((room) => path.join(dataDir, room));
}

/** The procedure that a file belongs to, if it is one of ours. Throws what `load` throws. */
export async function procedureOf(
  real: string,
  { dataDir, store }: { dataDir: string; store: Pick<Store, "load"> },
): Promise<Procedure | undefined> {
  for (const room of ownRooms(dataDir)) {
    const realRoom = await realpath(room).catch(() => room);
    if (!isInside(real, realRoom)) continue;
    const [id = ""] = path.relative(realRoom, real).split(path.sep);
    return store.load(id);
  }
  return undefined;
}
