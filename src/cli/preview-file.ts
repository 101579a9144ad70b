// The page as it seems to become, small, in a file that is written anew now and then while it is painted.
import { rename, writeFile } from "node:fs/promises";
import type { Context, MakeProgress } from "../procedures/index.js";

export interface PreviewFile {
  show(progress: MakeProgress): void;
  /** Resolves when nothing is being written any more. */
  settled(): Promise<void>;
}

/** A file that cannot be written costs the previews, not the procedure: it is said once, on stderr. */
export function createPreviewFile(file: string, pictures: Context["pictures"]): PreviewFile {
  let writing = Promise.resolve();
  let isBroken = false;
  const write = async (preview: NonNullable<MakeProgress["preview"]>) => {
    if (isBroken) return;
    const { png } = await pictures.encode({ picture: preview });
    await writeFile(`${file}.writing`, png);
    await rename(`${file}.writing`, file); // a viewer never sees half a picture
  };
  return {
    show({ preview }) {
      if (preview === undefined) return;
      writing = writing
        .then(() => write(preview))
        .catch((error: Error) => {
          isBroken = true;
          process.stderr.write(`--preview: ${error.message}\n`);
        });
    },
    settled: () => writing,
  };
}
