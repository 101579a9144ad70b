// Pictures, as the server sees them: a child that decodes, cuts and encodes, with a limit of time.
import { Host } from "./host.js";
import type { PictureOperations } from "./records.js";

export interface PictureHost extends PictureOperations {
  close(): Promise<void>;
}

const LIMIT_MS = 30_000;

/**
 * Every operation rejects with a WorkerError, `picture_timeout` where a picture takes too long.
 * @param options.onLog - gets what the child writes to stderr
 */
export function createPictureHost(
  options: { onLog?: ((text: string) => void) | undefined } = {},
): PictureHost {
  const host = new Host({
    entry: new URL("./picture-child.js", import.meta.url),
    name: "picture",
    patience: { startMs: LIMIT_MS, loadMs: LIMIT_MS, firstStepMs: LIMIT_MS, nextStepMs: LIMIT_MS },
    timeoutCode: "picture_timeout",
    onLog: options.onLog,
  });
  return {
    open: (request) => host.run("open", request),
    fit: (request) => host.run("fit", request),
    cut: (request) => host.run("cut", request),
    split: (request) => host.run("split", request),
    compose: (request) => host.run("compose", request),
    previews: (request) => host.run("previews", request),
    close: () => host.close(),
  };
}
