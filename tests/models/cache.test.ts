// What is in the cache is found, verified and taken out again, without touching what is others'.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { Draft } from "#src/models/draft.js";
import { draftPath, repositoryFolder } from "#src/models/cache.js";
import { describeFile } from "#src/models/describe.js";
import {
  findModel,
  type Hub,
  inCache,
  planRemoval,
  pull,
  remove,
  verify,
} from "#src/models/index.js";
import { shelve } from "#src/models/shelve.js";
import { expect, test } from "vitest";
import { COMMIT, sha256 } from "./hub-server.js";
import { FILE, REPOSITORY, settings } from "./setting.js";
import { temporaryFolder } from "../support/temporary.js";

const open = settings();
const ae = findModel("ae");
const loras = temporaryFolder();
const other = "e".repeat(40);
const SIZE = 100_000;

function folders({ cacheDir }: Hub) {
  const repository = repositoryFolder(cacheDir, REPOSITORY);
  return { repository, blobs: path.join(repository, "blobs"), refs: path.join(repository, "refs") };
}

test("what is there is told with path, size and commit; nothing is asked", async () => {
  const { server, hub } = await open(SIZE);
  expect(await inCache(hub().cacheDir)).toEqual([]);
  const [file] = await pull(hub(), [FILE]);
  server.close();
  expect(await inCache(hub().cacheDir)).toEqual([
    {
      id: "ae",
      repository: REPOSITORY,
      file: FILE.path,
      path: file,
      sizeBytes: SIZE,
      commit: COMMIT,
    },
  ]);
});

test("the snapshot of main is looked into first", async () => {
  const { hub } = await open(SIZE);
  const [file] = await pull(hub(), [FILE]);
  const newer = path.join(path.dirname(path.dirname(file!)), other);
  mkdirSync(newer);
  writeFileSync(path.join(newer, FILE.path), "another");
  expect(await inCache(hub().cacheDir)).toMatchObject([{ commit: COMMIT }]);
  writeFileSync(path.join(folders(hub()).refs, "main"), other);
  expect(await inCache(hub().cacheDir)).toMatchObject([{ commit: other }]);
});

test("verify hashes, and names what turned", async () => {
  const { hub, bytes } = await open(SIZE);
  const [file] = await pull(hub(), [FILE]);
  const offline = hub({ HF_HUB_OFFLINE: "1" });
  expect(await verify(offline, [ae], loras)).toMatchObject([{ id: "ae", state: "good" }]);
  bytes[SIZE - 1]! ^= 128;
  writeFileSync(realpathSync(file!), bytes);
  const [verdict] = await verify(offline, [ae], loras);
  expect(verdict).toMatchObject({ state: "corrupt", path: file, found: sha256(bytes) });
});

test("a blob that is a link to bytes which repositories share is read and verified", async () => {
  const { hub, bytes } = await open(SIZE);
  const [file] = await pull(hub(), [FILE]);
  const blob = realpathSync(file!);
  const shared = path.join(hub().cacheDir, "blobs", "ab", "abc");
  mkdirSync(path.dirname(shared), { recursive: true });
  writeFileSync(shared, bytes);
  rmSync(blob);
  symlinkSync(path.relative(path.dirname(blob), shared), blob);
  expect(await verify(hub(), [ae], loras)).toMatchObject([{ state: "good" }]);
  const removals = await planRemoval(hub().cacheDir, [ae], loras);
  expect(removals).toMatchObject([{ freesBytes: 0 }]);
  await remove(hub().cacheDir, removals);
  expect(existsSync(shared)).toBe(true);
});

test("without links the bytes lie in the snapshot, are found there and can be verified", async () => {
  const { hub, bytes } = await open(SIZE);
  const remote = await describeFile(hub(), FILE, new AbortController().signal);
  const { blobs } = folders(hub());
  const draft = path.join(blobs, "draft");
  mkdirSync(blobs, { recursive: true });
  writeFileSync(draft, bytes);
  const link = () => Promise.reject(Object.assign(new Error("no links"), { code: "EPERM" }));
  const file = await shelve(hub().cacheDir, remote, { draft, link });
  expect(lstatSync(file).isFile()).toBe(true);
  expect(readdirSync(blobs)).toEqual([]);
  expect(await pull(hub(), [FILE])).toEqual([file]);
  expect(await verify(hub(), [ae], loras)).toMatchObject([{ state: "good" }]);
  const offline = hub({ HF_HUB_OFFLINE: "1" });
  expect(await verify(offline, [ae], loras)).toMatchObject([{ state: "unknown" }]);
  await remove(hub().cacheDir, await planRemoval(hub().cacheDir, [ae], loras));
  expect(await inCache(hub().cacheDir)).toEqual([]);
});

test("removing frees the bytes, and leaves nothing that other tools would call damage", async () => {
  const { hub } = await open(SIZE);
  await pull(hub(), [FILE]);
  const removals = await planRemoval(hub().cacheDir, [ae], loras);
  expect(removals).toMatchObject([{ id: "ae", freesBytes: SIZE }]);
  await remove(hub().cacheDir, removals);
  expect(existsSync(folders(hub()).repository)).toBe(false);
});

test("bytes that another snapshot points to stay, and its own removal takes them", async () => {
  const { server, hub, bytes } = await open(SIZE);
  await pull(hub(), [FILE]);
  server.commit = other;
  const [newer] = await pull(hub(), [FILE]);
  const first = await planRemoval(hub().cacheDir, [ae], loras);
  expect(first).toEqual([{ id: "ae", path: newer, freesBytes: 0 }]);
  await remove(hub().cacheDir, first);
  expect(existsSync(path.join(folders(hub()).refs, "main"))).toBe(false);
  const [left] = await inCache(hub().cacheDir);
  expect(readFileSync(left!.path).equals(bytes)).toBe(true);
  const second = await planRemoval(hub().cacheDir, [ae], loras);
  expect(second).toMatchObject([{ path: left!.path, freesBytes: SIZE }]);
  await remove(hub().cacheDir, second);
  expect(existsSync(folders(hub()).repository)).toBe(false);
});

test("other files of a repository stay, and what was half fetched goes", async () => {
  const { server, hub } = await open(SIZE);
  server.add(REPOSITORY, "flux1-dev.safetensors", 5000);
  await pull(hub(), [FILE, { ...FILE, path: "flux1-dev.safetensors" }]);
  const half = draftPath(hub().cacheDir, REPOSITORY, "b".repeat(64));
  const draft = await Draft.open(half, { of: "b".repeat(64), file: FILE.path });
  await draft.write(Buffer.alloc(700), 0, 0);
  await draft.close();
  const removals = await planRemoval(hub().cacheDir, [ae], loras);
  expect(removals.map(({ freesBytes }) => freesBytes)).toEqual([SIZE, 700]);
  await remove(hub().cacheDir, removals);
  expect(readdirSync(folders(hub()).blobs)).toHaveLength(1);
  expect(await inCache(hub().cacheDir)).toMatchObject([{ id: "flux1-dev", sizeBytes: 5000 }]);
});
