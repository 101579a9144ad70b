// What the hub says of a file: its commit, its size and the hash of its bytes.
import { ask, discard } from "./ask.js";
import { ModelsError } from "./error.js";
import { addressOf, COMMIT, ETAG, type HubFile, type RemoteFile } from "./hub-file.js";
import type { Hub } from "./hub.js";
import { lostConnection, persist } from "./persist.js";
import { refusal } from "./refusal.js";

const REVISION = "main";

/** Throws `offline`, what a refusal means, or `bad_answer` of a hub that leaves something out. */
export async function describeFile(
  hub: Hub,
  file: HubFile,
  signal: AbortSignal,
): Promise<RemoteFile> {
  if (hub.isOffline) throw isOffline(hub, file);
  const url = addressOf(hub.endpoint, file, REVISION);
  const attempt = async () => {
    const answer = await ask(hub, url, { method: "HEAD", signal }).catch((error) => {
      throw lostConnection(url.host, error);
    });
    discard(answer);
    if (answer.status >= 400) throw refusal(answer, file, hub);
    return answer.header;
  };
  const header = await persist(attempt, { manner: hub.manner, signal });
  const commit = header("x-repo-commit") ?? "";
  const etag = plain(header("x-linked-etag") ?? header("etag") ?? "");
  const size = header("x-linked-size") ?? header("content-length") ?? "";
  const sizeBytes = /^\d{1,15}$/.test(size) ? Number(size) : NaN;
  if (COMMIT.test(commit) && ETAG.test(etag) && !Number.isNaN(sizeBytes))
    return { ...file, commit, etag, sizeBytes };
  throw new ModelsError(
    "bad_answer",
    `${url.host} does not say commit, hash and size of ${file.path}; is HF_ENDPOINT a hub?`,
  );
}

export function isOffline({ cacheDir }: Hub, { repository, path }: HubFile): ModelsError {
  return new ModelsError(
    "offline",
    `${repository}/${path} is not in ${cacheDir}, and HF_HUB_OFFLINE forbids to fetch it; unset it`,
  );
}

function plain(etag: string): string {
  return etag.replace(/^W\//, "").replace(/^"(.*)"$/, "$1");
}
