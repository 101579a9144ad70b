// Downloads from a hub on this machine, with all that hubs, hosts and networks do.
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { blobPath, draftPath } from "#src/models/cache.js";
import { type Progress, pull } from "#src/models/index.js";
import { expect, test } from "vitest";
import { COMMIT, refuse, sha256 } from "./hub-server.js";
import { FILE, REPOSITORY, settings, SIZE } from "./setting.js";

const open = settings();

test("a file lies where the hub's own tools look for it", async () => {
  const { server, bytes, hub } = await open();
  const { cacheDir } = hub();
  const [file] = await pull(hub(), [FILE]);
  const folder = path.join(cacheDir, "models--black-forest-labs--FLUX.1-dev");
  expect(file).toBe(path.join(folder, "snapshots", COMMIT, "ae.safetensors"));
  expect(readlinkSync(file!)).toBe(path.join("..", "..", "blobs", sha256(bytes)));
  expect(readFileSync(file!).equals(bytes)).toBe(true);
  expect(readFileSync(path.join(folder, "refs", "main"), "utf8")).toBe(COMMIT);
  expect(readdirSync(path.join(folder, "blobs"))).toEqual([sha256(bytes)]);
  expect(server.asked.blobs).toBeGreaterThan(4);
  expect(server.sentBytes).toBe(SIZE);
});

test("a small file in a folder comes from the hub itself, and is checked by git's hash", async () => {
  const { server, hub } = await open();
  const bytes = server.add(REPOSITORY, "tokenizer_2/tokenizer.json", 1234);
  const small = { repository: REPOSITORY, path: "tokenizer_2/tokenizer.json" };
  const [file] = await pull(hub(), [small]);
  expect(file).toMatch(/tokenizer_2.tokenizer\.json$/);
  expect(readFileSync(file!).equals(bytes)).toBe(true);
  expect(server.asked.blobs).toBe(0);
});

test("what is there is asked about, and not fetched again", async () => {
  const { server, hub } = await open();
  await pull(hub(), [FILE]);
  const { blobs } = server.asked;
  server.commit = "f".repeat(40); // another file of the repository changed
  const [file] = await pull(hub(), [FILE]);
  expect(server.asked.blobs).toBe(blobs);
  expect(file).toContain("f".repeat(40));
  expect(readFileSync(file!)).toHaveLength(SIZE);
});

test("progress goes from nothing to all, then checks", async () => {
  const { hub, server } = await open(2 ** 20);
  server.pauseMs = 20;
  const seen: Progress[] = [];
  await pull(hub(), [FILE], { onProgress: (progress) => seen.push(progress) });
  const fetching = seen.filter(({ phase }) => phase === "fetching").map((one) => one.doneBytes);
  expect(fetching).toEqual(fetching.toSorted((a, b) => a - b));
  expect(fetching.at(-1)).toBe(2 ** 20);
  expect(seen.at(-1)).toMatchObject({ phase: "checking", name: FILE.path, doneBytes: 2 ** 20 });
});

test("a connection that breaks is taken up where it ended", async () => {
  const { server, bytes, hub } = await open();
  server.breaksAfter = 3 * 64 * 1024;
  const [file] = await pull(hub(), [FILE]);
  expect(readFileSync(file!).equals(bytes)).toBe(true);
  expect(server.sentBytes).toBeLessThan(2 * SIZE);
});

test("a connection on which nothing comes is given up", async () => {
  const { server, bytes, hub } = await open(2 ** 18);
  let isSilent = true;
  server.atBlobs = () => {
    const wasSilent = isSilent;
    isSilent = false;
    return wasSilent;
  };
  const [file] = await pull({ ...hub(), manner: { ...hub().manner, stallMs: 200 } }, [FILE]);
  expect(readFileSync(file!).equals(bytes)).toBe(true);
});

test("a connection that always breaks at once ends in words that say how to go on", async () => {
  const { server, hub } = await open();
  server.atBlobs = (_, response) => response.destroy().destroyed;
  await expect(pull(hub(), [FILE])).rejects.toMatchObject({
    code: "unreachable",
    message: expect.stringContaining("run the same command again"),
  });
});

test("what was fetched before the end came is not fetched again", async () => {
  const { server, bytes, hub } = await open();
  const interrupt = new AbortController();
  const onProgress = ({ doneBytes }: Progress) => doneBytes > SIZE / 2 && interrupt.abort();
  server.pauseMs = 5;
  const { signal } = interrupt;
  await expect(pull(hub(), [FILE], { signal, onProgress })).rejects.toThrow(/abort/);
  server.pauseMs = 0;
  server.sentBytes = 0;
  const [file] = await pull(hub(), [FILE]);
  expect(readFileSync(file!).equals(bytes)).toBe(true);
  expect(server.sentBytes).toBeLessThan(0.6 * SIZE);
});

test("a journal that tells of bytes that are not there costs one more fetch, never a wrong file", async () => {
  const { bytes, hub } = await open();
  const { cacheDir } = hub();
  const draft = draftPath(cacheDir, REPOSITORY, sha256(bytes));
  await pull(hub(), [FILE]).then(([file]) => truncateSync(realpathSync(file!), 0));
  writeFileSync(draft, Buffer.alloc(SIZE));
  const told = { of: sha256(bytes), file: FILE.path, sizeBytes: SIZE, done: [[0, SIZE - 10]] };
  writeFileSync(`${draft}.json`, JSON.stringify(told));
  const notes: string[] = [];
  const [file] = await pull(hub(), [FILE], { onNote: (text) => notes.push(text) });
  expect(readFileSync(file!).equals(bytes)).toBe(true);
  expect(notes).toEqual([
    expect.stringMatching(/ae\.safetensors is corrupt: its hash is .* again$/),
  ]);
});

test("a journal without its draft, or that is no journal, is none", async () => {
  const { server, bytes, hub } = await open();
  const draft = draftPath(hub().cacheDir, REPOSITORY, sha256(bytes));
  await pull(hub(), [FILE]).then(([file]) => rmSync(realpathSync(file!)));
  const told = { of: sha256(bytes), file: FILE.path, sizeBytes: SIZE, done: [[0, SIZE]] };
  for (const text of [JSON.stringify(told), '{"done":[["x"]]}', ""]) {
    writeFileSync(`${draft}.json`, text);
    server.sentBytes = 0;
    const [file] = await pull(hub(), [FILE], { onNote: (note) => expect.fail(note) });
    expect(server.sentBytes).toBe(SIZE);
    expect(readdirSync(path.dirname(draft))).toEqual([sha256(bytes)]);
    rmSync(realpathSync(file!));
  }
});

test("a host that knows no ranges is read from its beginning, once", async () => {
  const { server, bytes, hub } = await open();
  server.knowsRanges = false;
  server.pauseMs = 1;
  const [file] = await pull(hub(), [FILE]);
  expect(readFileSync(file!).equals(bytes)).toBe(true);
  expect(server.sentBytes).toBeLessThan(2 * SIZE);
});

test("a host that forgets ranges in between, and breaks, is coped with too", async () => {
  const { server, bytes, hub } = await open();
  let count = 0;
  server.atBlobs = () => {
    server.knowsRanges = ++count < 5;
    server.breaksAfter = count === 8 ? 2 ** 20 : Infinity;
    return false;
  };
  const [file] = await pull(hub(), [FILE]);
  expect(readFileSync(file!).equals(bytes)).toBe(true);
});

test("corrupt bytes are named and fetched once more; then it is an error, and nothing is kept", async () => {
  const { server, bytes, hub } = await open();
  server.spoil = (good) => Buffer.concat([Buffer.from([good[0]! ^ 1]), good.subarray(1)]);
  const notes: string[] = [];
  const onNote = (text: string) => {
    notes.push(text);
    if (notes.length === 1) server.spoil = (good) => good;
  };
  const [file] = await pull(hub(), [FILE], { onNote });
  expect(notes).toHaveLength(1);
  expect(notes[0]).toContain(sha256(bytes));
  expect(readFileSync(file!).equals(bytes)).toBe(true);

  const again = await open();
  again.server.spoil = (good) => Buffer.alloc(good.length);
  await expect(pull(again.hub(), [FILE])).rejects.toMatchObject({ code: "corrupt" });
  expect(existsSync(blobPath(again.hub().cacheDir, REPOSITORY, sha256(again.bytes)))).toBe(false);
});

test("a file that changes while it is fetched is fetched as it is then", async () => {
  const { server, hub } = await open();
  let after = server.files.get(`${REPOSITORY}/${FILE.path}`)!;
  let count = 0;
  server.atBlobs = () => {
    if (++count === 4) after = server.add(REPOSITORY, FILE.path, SIZE - 1000);
    return false;
  };
  const [file] = await pull(hub(), [FILE]);
  expect(readFileSync(file!).equals(after)).toBe(true);
  expect(after).toHaveLength(SIZE - 1000);
});

test("If-Range finds a change that the size does not show", async () => {
  const { server, hub } = await open();
  let after: Buffer = Buffer.alloc(0);
  let count = 0;
  const guards: (string | undefined)[] = [];
  server.atBlobs = ({ headers }) => {
    guards.push(headers["if-range"] as string | undefined);
    if (++count === 6) after = server.add(REPOSITORY, FILE.path, SIZE);
    return false;
  };
  const [file] = await pull(hub(), [FILE]);
  expect(readFileSync(file!).equals(after)).toBe(true);
  expect(guards.filter((guard) => guard !== undefined).length).toBeGreaterThan(2);
});

test("only what is corrupt is fetched again when asked to look", async () => {
  const { server, bytes, hub } = await open();
  const other = { ...FILE, path: "flux1-dev.safetensors" };
  server.add(REPOSITORY, other.path, 2 ** 18);
  const [file] = await pull(hub(), [FILE, other]);
  const spoilt = Buffer.from(bytes);
  spoilt[1000]! ^= 1;
  writeFileSync(realpathSync(file!), spoilt);
  server.sentBytes = 0;
  const notes: string[] = [];
  await pull(hub(), [FILE, other], { recheck: true, onNote: (text) => notes.push(text) });
  expect(notes).toEqual([expect.stringContaining("is corrupt")]);
  expect(server.sentBytes).toBe(SIZE);
  expect(readFileSync(file!).equals(bytes)).toBe(true);
});

test("a token goes to the hub, and to nobody else", async () => {
  const { server, hub } = await open();
  server.gated.add(REPOSITORY);
  const [file] = await pull(hub({ HF_TOKEN: "hf_good" }), [FILE]);
  expect(existsSync(file!)).toBe(true);
  expect(server.asked.blobs).toBeGreaterThan(0); // that it saw none is looked at after each test
});

test.each([
  [{}, /gated: accept the Some Licence there, then make a token .*HF_TOKEN/],
  [{ HF_TOKEN: "hf_of_somebody_else" }, /gated: .* with the account of the token that was given/],
])("of a gated repository it is said what to accept and where (%o)", async (env, message) => {
  const { server, hub } = await open();
  server.gated.add(REPOSITORY);
  const failure = await pull(hub(env), [FILE]).catch((error: Error) => error);
  expect(failure).toMatchObject({ code: "gated", message: expect.stringMatching(message) });
  expect(String(failure)).toContain(`${server.endpoint}/${REPOSITORY}`);
  expect(String(failure)).not.toContain("somebody_else");
});

test.each([
  [404, "EntryNotFound", "not_found"],
  [404, "RepoNotFound", "no_access"],
  [401, undefined, "no_access"],
  [403, undefined, "no_access"],
  [404, "RevisionNotFound", "not_found"],
  [418, undefined, "bad_answer"],
])("%i %s is no matter of trying again: %s", async (status, errorCode, code) => {
  const { server, hub } = await open();
  server.atHub = (_, response) => refuse(response, status, errorCode);
  await expect(pull(hub(), [FILE])).rejects.toMatchObject({ code });
  expect(server.asked.hub).toBe(1);
});

test("what a server says is shown without what a terminal obeys", async () => {
  const { server, hub } = await open();
  const headers = { "x-error-message": "no\u009b2J such\t file" };
  server.atHub = (_, response) => refuse(response, 404, "EntryNotFound", headers);
  await expect(pull(hub(), [FILE])).rejects.toThrow(/\(it says: no 2J such file\)$/);
});

test("429 and 503 are waited for, as long as the server asks", async () => {
  const { server, hub } = await open(2 ** 18);
  const times: number[] = [];
  server.atHub = (_, response) => {
    times.push(performance.now());
    if (times.length === 1) return refuse(response, 429, undefined, { "retry-after": "1" });
    return times.length === 2 && refuse(response, 503);
  };
  const [file] = await pull(hub(), [FILE]);
  expect(existsSync(file!)).toBe(true);
  expect(times[1]! - times[0]!).toBeGreaterThan(950);
});

test("a wait that nobody would sit out is told instead", async () => {
  const { server, hub } = await open();
  server.atHub = (_, response) => refuse(response, 429, undefined, { "retry-after": "3600" });
  await expect(pull(hub(), [FILE])).rejects.toMatchObject({ code: "rate_limited" });
  expect(server.asked.hub).toBe(1);
});

test("a file for which there is no room is not begun", async () => {
  const { server, hub } = await open();
  const headers = { "x-repo-commit": COMMIT, "x-linked-etag": "a".repeat(64) };
  server.atHub = (_, response) =>
    refuse(response, 200, undefined, { ...headers, "x-linked-size": "900000000000000" });
  await expect(pull(hub(), [FILE])).rejects.toMatchObject({
    code: "no_space",
    message: expect.stringMatching(/^900 TB are to be fetched into .*, which has .* left/),
  });
  expect(server.asked.blobs).toBe(0);
});

test.each([
  ["no commit", { "x-linked-etag": "a".repeat(64), "x-linked-size": "10" }],
  ["no size", { "x-repo-commit": COMMIT, "x-linked-etag": "a".repeat(64) }],
  ["a path for a hash", { "x-repo-commit": COMMIT, etag: '"../../x"', "x-linked-size": "10" }],
  ["a path for a commit", { "x-repo-commit": "../..", etag: "a".repeat(40), "x-linked-size": "1" }],
])("an answer with %s is refused", async (_, headers) => {
  const { server, hub } = await open();
  server.atHub = (_request, response) =>
    refuse(response, 302, undefined, { location: "http://elsewhere.invalid/", ...headers });
  await expect(pull(hub(), [FILE])).rejects.toMatchObject({ code: "bad_answer" });
});

test("offline, what is there is found, and what is not is told", async () => {
  const { server, hub } = await open();
  const offline = { HF_HUB_OFFLINE: "1" };
  await expect(pull(hub(offline), [FILE])).rejects.toMatchObject({ code: "offline" });
  expect(server.asked.hub).toBe(0);
  const paths = await pull(hub(), [FILE]);
  server.close();
  expect(await pull(hub(offline), [FILE])).toEqual(paths);
});

test("two at once end in one good file", async () => {
  const { server, bytes, hub } = await open();
  server.pauseMs = 2;
  const [a, b] = await Promise.all([pull(hub(), [FILE]), pull(hub(), [FILE])]);
  expect(a).toEqual(b);
  expect(readFileSync(a![0]!).equals(bytes)).toBe(true);
  expect(lstatSync(a![0]!).isSymbolicLink()).toBe(true);
  expect(readdirSync(path.dirname(realpathSync(a![0]!)))).toEqual([sha256(bytes)]);
});
