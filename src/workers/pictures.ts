// Pictures, as the server sees them: a child that decodes, cuts and encodes, with a limit of time.
import { Host, type HostOptions } from "./host.js";
import type { PictureOperations } from "./records.js";

export interface PictureHost extends PictureOperations {
  close(): Promise<void>;
}

const LIMIT_MS = 30_000;

/**
 * Every operation rejects with a WorkerError, `picture_timeout` where a picture takes too long.
 * @param options.nodePath - the Node that runs the child; this process's own by default
 * @param options.onLog - gets what the child writes to stderr
 */
export function createPictureHost({
  nodePath,
  onLog,
}: Pick<HostOptions, "nodePath" | "onLog"> = {}): PictureHost {
  const host = new Host({
    entry: new URL("./picture-child.js", import.meta.url),
    name: "picture",
    nodePath,
    patience: { startMs: LIMIT_MS, loadMs: LIMIT_MS, firstStepMs: LIMIT_MS, nextStepMs: LIMIT_MS },
    timeoutCode: "picture_timeout",
    onLog,
  });
  return {
    open: (request, options) => host.run("open", request, options),
    fit: (request, options) => host.run("fit", request, options),
    cut: (request, options) => host.run("cut", request, options),
    encode: (request, options) => host.run("encode", request, options),
    split: (request, options) => host.run("split", request, options),
    compose: (request, options) => host.run("compose", request, options),
    previews: (request, options) => host.run("previews", request, options),
    typeset: (request, options) => host.run("typeset", request, options),
    animate: (request, options) => host.run("animate", request, options),
    close: () => host.close(),
  };
}
