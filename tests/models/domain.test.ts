// One domain out of an asymmetric LoRA, and what may go wrong on the way.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  hubFrom,
  type DomainOnDisk,
  domainFiles,
  findModel,
  planRemoval,
  pullDomain,
  remove,
  verify,
} from "#src/models/index.js";
import { layOutDomain } from "#src/models/domain-layout.js";
import { lengthOf } from "#src/models/spans.js";
import { packageRoot } from "#src/config.js";
import { openSafetensors } from "#src/engine/weights/safetensors.js";
import { beforeEach, expect, test } from "vitest";
import { asymmetric, LAYERS } from "./asymmetric.js";
import { COMMIT, hubs, type HubServer, refuse, sha256 } from "./hub-server.js";
import { temporaryFolder } from "../support/temporary.js";

const openServer = hubs();
const model = findModel("makeanything-9f");
const SOURCE = `${model.repository}/${model.files[0]}`;
const domain = { slug: "portrait", b: 2 };
const home = temporaryFolder();
let count = 0;
let folder: string;
let server: HubServer;

beforeEach(async () => {
  server = await openServer();
  server.files.set(SOURCE, asymmetric(1));
  folder = path.join(home, String(count++), "loras");
});

const hub = (env: NodeJS.ProcessEnv = {}) =>
  hubFrom({ HF_ENDPOINT: server.endpoint, HF_HOME: home, ...env }, home, { firstWaitMs: 5 });
const task = () => ({ hub: hub(), model, domain, folder });

/** Every tensor of the file is the source's, under the name a plain LoRA has. */
async function expectDomain(file: string, source: Buffer): Promise<void> {
  const got = await openSafetensors(file);
  writeFileSync(path.join(folder, "source"), source);
  const from = await openSafetensors(path.join(folder, "source"));
  const bytes = readFileSync(file);
  expect(got.tensors.size).toBe(3 * LAYERS);
  for (const [key, { offset, length, shape }] of got.tensors) {
    const there = from.tensors.get(key.replace("lora_up.", `lora_ups.${domain.b}.`))!;
    expect(shape).toEqual(there.shape);
    const same = source.subarray(there.offset, there.offset + there.length);
    expect(bytes.subarray(offset, offset + length).equals(same)).toBe(true);
  }
}

test("A, its B and alpha are fetched alone, and become a plain LoRA that says where it is from", async () => {
  const file = await pullDomain(task());
  const source = server.files.get(SOURCE)!;
  expect(file).toBe(path.join(folder, "makeanything-9f-portrait.safetensors"));
  expect(readdirSync(folder)).toEqual(["makeanything-9f-portrait.safetensors"]);
  expect(server.sentBytes).toBeLessThan(source.length / 2);
  await expectDomain(file, source);
  const [found] = await domainFiles(folder, model);
  expect(found).toMatchObject({ domain: "portrait", etag: sha256(source), commit: COMMIT });
  expect(found!.sha256).toBe(sha256(readFileSync(file).subarray(found!.dataBegin)));
});

test("what is there is not fetched again, until the hub has another", async () => {
  await pullDomain(task());
  const { blobs } = server.asked;
  await pullDomain(task());
  expect(server.asked.blobs).toBe(blobs);
  server.files.set(SOURCE, asymmetric(2));
  await expectDomain(await pullDomain(task()), asymmetric(2));
  const offline = { ...task(), hub: hub({ HF_HUB_OFFLINE: "1" }) };
  server.close();
  expect(await pullDomain(offline)).toContain("portrait");
});

test("what was cut off is gone on with", async () => {
  let served = 0;
  server.atBlobs = (_, response) => ++served > 8 && refuse(response, 500);
  await expect(pullDomain(task())).rejects.toMatchObject({ code: "unreachable" });
  server.atBlobs = () => false;
  const before = server.sentBytes;
  await expectDomain(await pullDomain(task()), server.files.get(SOURCE)!);
  const domainBytes = LAYERS * 2 * (16 * 512 + 4096 * 16 + 1);
  expect(server.sentBytes - before).toBeLessThan(domainBytes);
});

test("what was cut off can be removed", async () => {
  let served = 0;
  server.atBlobs = (_, response) => ++served > 8 && refuse(response, 500);
  await expect(pullDomain(task())).rejects.toMatchObject({ code: "unreachable" });
  const removals = await planRemoval(hub().cacheDir, [model], folder);
  expect(removals).toMatchObject([{ id: "makeanything-9f", isDraft: true }]);
  expect(removals[0]!.freesBytes).toBeGreaterThan(0);
  await remove(hub().cacheDir, removals);
  expect(readdirSync(folder)).toEqual([]);
});

test.each(["9f", "4f"])("of the released file of %s, one domain is 613 MB", (name) => {
  const header = path.join(
    packageRoot(),
    `tests/reference/headers/asymmetric_lora_${name}_general.json`,
  );
  const { tensors } = JSON.parse(readFileSync(header, "utf8")) as {
    tensors: Record<string, [dtype: "BF16", shape: number[]]>;
  };
  let offset = 0;
  const entries = Object.entries(tensors).map(([key, [dtype, shape]]) => {
    const length = 2 * shape.reduce((a, b) => a * b, 1);
    offset += length;
    return [key, { dtype, shape, offset: offset - length, length }] as const;
  });
  const file = { repository: "a/b", path: "c", commit: COMMIT, etag: "e", sizeBytes: offset };
  const layout = layOutDomain(new Map(entries), file, { slug: "x", b: 7 });
  expect(lengthOf(layout.wanted)).toBe(612_631_136);
  expect(layout.sizeBytes - layout.headerBytes).toBe(612_631_136);
});

test("a host that knows no ranges sends it all, and the rest is let pass", async () => {
  server.knowsRanges = false;
  await expectDomain(await pullDomain(task()), server.files.get(SOURCE)!);
});

test("If-Range keeps two versions of a file out of one domain", async () => {
  let served = 0;
  server.atBlobs = () => {
    if (++served === 8) server.files.set(SOURCE, asymmetric(2));
    return false;
  };
  await expect(pullDomain(task())).rejects.toMatchObject({ code: "changed" });
  expect(readdirSync(folder)).toEqual([]);
  await expectDomain(await pullDomain(task()), asymmetric(2));
});

test("a file without that B, or that is no safetensors file, is refused before it is fetched", async () => {
  const far = { ...task(), domain: { slug: "sketch", b: 9 } };
  await expect(pullDomain(far)).rejects.toThrow(/has no B of sketch \(lora_ups\.9\)/);
  server.files.set(SOURCE, Buffer.alloc(100_000, 255));
  await expect(pullDomain(task())).rejects.toThrow(/is no safetensors file/);
  server.files.set(SOURCE, asymmetric(1).fill("x", 8, 12));
  await expect(pullDomain(task())).rejects.toThrow(/header that is not JSON/);
});

test("a bit that turned on the disk is found by the hash it carries", async () => {
  const file = await pullDomain(task());
  expect(await verify(hub(), [model], folder)).toMatchObject([{ state: "good", path: file }]);
  const bytes = readFileSync(file);
  bytes[bytes.length - 5]! ^= 1;
  writeFileSync(file, bytes);
  expect(await verify(hub(), [model], folder)).toMatchObject([{ state: "corrupt", path: file }]);
});

test("and fetched again when asked to look, alone", async () => {
  const file = await pullDomain(task());
  const good = readFileSync(file);
  writeFileSync(file, Buffer.from(good).fill(0, good.length - 5));
  const notes: string[] = [];
  const onNote = (text: string) => void notes.push(text);
  expect(await pullDomain(task(), { recheck: true, onNote })).toBe(file);
  expect(notes).toEqual([expect.stringContaining("portrait.safetensors is corrupt: its hash is")]);
  expect(readFileSync(file).equals(good)).toBe(true);
  await pullDomain(task(), { recheck: true, onNote });
  expect(notes).toHaveLength(1);
});

test("other files of that name are nobody's domain", async () => {
  await pullDomain(task());
  writeFileSync(path.join(folder, "makeanything-9f-mine.safetensors"), asymmetric(3));
  const found: DomainOnDisk[] = await domainFiles(folder, model);
  expect(found.map((one) => one.domain)).toEqual(["portrait"]);
});
