// One domain of an asymmetric LoRA, fetched by ranges into a file of its own: 613 MB instead of 8.4 GB.
import { open, rename, truncate } from "node:fs/promises";
import path from "node:path";
import type { Model } from "./catalogue.js";
import { describeFile } from "./describe.js";
import { type Domain, type DomainLayout, layOutDomain } from "./domain-layout.js";
import { cannotWrite, discardDraft, Draft, draftBytes, discardJournal } from "./draft.js";
import { domainFiles, type DomainOnDisk, hashDomain } from "./domain-files.js";
import { ModelsError } from "./error.js";
import { createMeter } from "./meter.js";
import { filesOf, type PullOptions, withDefaults } from "./pull.js";
import { type RemoteHeader, readRemoteHeader } from "./remote-header.js";
import type { RemoteFile } from "./hub-file.js";
import type { Hub } from "./hub.js";
import { checkSpace } from "./space.js";
import { transfer } from "./transfer.js";

export interface DomainTask {
  hub: Hub;
  model: Model;
  domain: Domain;
  /** where the file goes, as `<model>-<domain>.safetensors` */
  folder: string;
}

type Options = Required<PullOptions>;

/** Gives the file's path. Throws a ModelsError, or an EngineError of a header that is none. */
export async function pullDomain(
  { hub, model, domain, folder }: DomainTask,
  given: PullOptions = {},
): Promise<string> {
  const options = withDefaults(given);
  const { signal } = options;
  const [source] = filesOf(model);
  const here = await domainFiles(folder, model, domain.slug);
  if (hub.isOffline && here[0] !== undefined) return here[0].path;
  const file = await describeFile(hub, source!, signal);
  const same = here.find(({ etag }) => etag === file.etag);
  if (same !== undefined && (await isGood(same, options))) return same.path;
  const place = path.join(folder, `${model.id}-${domain.slug}.safetensors`);
  const draft = `${place}.incomplete`;
  const header = await readRemoteHeader(hub, file, signal);
  const layout = layOutDomain(header.tensors, file, domain);
  try {
    await fill({ hub, file, header, layout, draft }, options);
  } catch (error) {
    if (error instanceof ModelsError && error.code === "changed") await discardDraft(draft);
    throw error;
  }
  await finish(draft, layout, options);
  await rename(draft, place);
  await discardJournal(draft);
  return place;
}

async function isGood(file: DomainOnDisk, options: Options): Promise<boolean> {
  if (!options.recheck) return true;
  const hash = await checked(file, options);
  if (hash !== file.sha256)
    options.onNote(
      `${file.path} is corrupt: its hash is ${hash}, not ${file.sha256}; it is fetched again`,
    );
  return hash === file.sha256;
}

function checked(
  file: Pick<DomainOnDisk, "path" | "sizeBytes" | "dataBegin">,
  { signal, onProgress }: Options,
): Promise<string> {
  const totalBytes = file.sizeBytes - file.dataBegin;
  const meter = createMeter("checking", { totalBytes }, onProgress);
  meter.name = path.basename(file.path, ".incomplete");
  return hashDomain(file, { signal, onBytes: (bytes) => meter.add(bytes) });
}

interface Filling {
  hub: Hub;
  file: RemoteFile;
  header: RemoteHeader;
  layout: DomainLayout;
  draft: string;
}

async function fill(
  { hub, file, header, layout, draft: place }: Filling,
  { signal, onProgress }: Options,
): Promise<void> {
  const of = `${file.etag} ${layout.headerBytes} ${layout.sizeBytes}`;
  const doneBytes = await draftBytes(place, of);
  const totalBytes = layout.sizeBytes - layout.headerBytes;
  await checkSpace(path.dirname(place), totalBytes - doneBytes);
  const meter = createMeter("fetching", { doneBytes, totalBytes }, onProgress);
  meter.name = path.basename(place, ".incomplete");
  const draft = await Draft.open(place, { of, file: file.path });
  try {
    draft.validator ??= header.validator;
    const { wanted, place: to } = layout;
    const onBytes = (bytes: number) => meter.add(bytes);
    await transfer({ hub, file, draft, wanted, place: to, signal, onBytes });
  } finally {
    await draft.close();
  }
}

/** The header comes last: it tells the hash of what follows it. */
async function finish(draft: string, layout: DomainLayout, options: Options): Promise<void> {
  const { sizeBytes, headerBytes: dataBegin } = layout;
  await truncate(draft, sizeBytes); // an older one may have been longer
  const hash = await checked({ path: draft, sizeBytes, dataBegin }, options);
  try {
    const file = await open(draft, "r+");
    try {
      await file.write(layout.header(hash), 0, layout.headerBytes, 0);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw cannotWrite(draft, error);
  }
}
