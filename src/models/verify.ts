// Hashes what was fetched again, and names what is no longer what it was.
import { etagOf } from "./cache.js";
import type { Model } from "./catalogue.js";
import { hashFile, type HashOptions } from "./checksum.js";
import { describeFile } from "./describe.js";
import { domainFiles, hashDomain } from "./domain-files.js";
import type { Hub } from "./hub.js";
import { type InCache, inCache } from "./inventory.js";
import { createMeter } from "./meter.js";
import type { PullOptions } from "./pull.js";

export interface Verdict {
  id: string;
  /** of a single one in a file of its own */
  domain?: string;
  path: string;
  /** unknown: neither the cache nor the hub says what the hash should be */
  state: "good" | "corrupt" | "unknown";
  expected?: string;
  found?: string;
}

interface Check extends Pick<Verdict, "id" | "domain" | "path"> {
  /** bytes that are hashed */
  sizeBytes: number;
  expected: string | undefined;
  hash(expected: string, options: HashOptions): Promise<string>;
}

/** @param lorasDir - where single domains lie */
export async function verify(
  hub: Hub,
  models: readonly Model[],
  lorasDir: string,
  { signal = new AbortController().signal, onProgress = () => {} }: PullOptions = {},
): Promise<Verdict[]> {
  const checks = [...(await cached(hub, models, signal)), ...(await domains(models, lorasDir))];
  const totalBytes = checks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const meter = createMeter("checking", { totalBytes }, onProgress);
  const verdicts: Verdict[] = [];
  for (const { sizeBytes: _, expected, hash, ...file } of checks) {
    meter.name = file.path;
    if (expected === undefined) {
      verdicts.push({ ...file, state: "unknown" });
      continue;
    }
    const found = await hash(expected, { signal, onBytes: (bytes) => meter.add(bytes) });
    verdicts.push({ ...file, state: found === expected ? "good" : "corrupt", expected, found });
  }
  return verdicts;
}

async function cached(hub: Hub, models: readonly Model[], signal: AbortSignal): Promise<Check[]> {
  const files = await inCache(hub.cacheDir, models);
  return Promise.all(
    files.map(async (file) => ({
      id: file.id,
      path: file.path,
      sizeBytes: file.sizeBytes,
      expected: (await etagOf(file)) ?? (await etagFromHub(hub, file, signal)),
      hash: (expected, options) => hashFile(file.path, expected, options),
    })),
  );
}

/** Where there are no links, only the hub knows; of another commit not even that. */
async function etagFromHub(
  hub: Hub,
  { repository, file, commit }: InCache,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (hub.isOffline) return undefined;
  const remote = await describeFile(hub, { repository, path: file }, signal);
  return remote.commit === commit ? remote.etag : undefined;
}

async function domains(models: readonly Model[], lorasDir: string): Promise<Check[]> {
  const found = await Promise.all(
    models.map(async (model) =>
      (await domainFiles(lorasDir, model)).map((file) => ({
        id: model.id,
        domain: file.domain,
        path: file.path,
        sizeBytes: file.sizeBytes - file.dataBegin,
        expected: file.sha256,
        hash: (_: string, options: HashOptions) => hashDomain(file, options),
      })),
    ),
  );
  return found.flat();
}
