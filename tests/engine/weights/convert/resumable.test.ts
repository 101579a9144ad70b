// Whatever ends a conversion, and when, the next one goes on from there and ends at the same bytes.
import { execFile } from "node:child_process";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeEach, describe, expect, test } from "vitest";
import { writeResumable, type FilePlan } from "#src/engine/weights/convert/resumable.js";
import { isWhole, note } from "#src/engine/weights/convert/whole.js";
import { openSafetensors, readFloats } from "#src/engine/weights/safetensors.js";
import { temporaryFolder } from "../../../support/temporary.js";

const root = temporaryFolder();
let folder: string;
let path: string;
beforeEach(({ task }) => {
  folder = join(root, task.id);
  path = join(folder, "weights.safetensors");
});

const TENSORS = 4;
/** Each is saved at once: they are larger than what may go unsaved. */
const COUNT = 1 << 23;

/** @param onRead - told which tensor is made */
function planned(onRead: (piece: number) => void = () => {}, version = "1"): FilePlan {
  const streams = Array.from({ length: TENSORS }, (_, i) => ({
    tensors: [
      { name: `w${i}`, dtype: "F16" as const, shape: [COUNT] },
      { name: `s${i}`, dtype: "F32" as const, shape: [1] },
    ],
    read() {
      onRead(i);
      return [new Uint16Array(COUNT).fill(0x3c00 + i), Float32Array.of(i)];
    },
  }));
  return { path, streams, metadata: { version } };
}

/** Begins, and is cancelled when so many tensors are done. */
async function begin(tensors: number, plan = planned()): Promise<void> {
  const controller = new AbortController();
  let seen = 0;
  const onProgress = () => (++seen === tensors ? controller.abort() : undefined);
  const writing = writeResumable(plan, { signal: controller.signal, onProgress });
  await expect(writing).rejects.toMatchObject({ code: "cancelled" });
}

/** Goes on to the end; which tensors had to be made? */
async function goOn(version = "1"): Promise<number[]> {
  const made: number[] = [];
  const plan = planned((piece) => made.push(piece), version);
  await writeResumable(plan, {});
  expect(await isWhole(plan)).toBe(true);
  const file = await openSafetensors(path);
  const [ones, three] = readFloats(file, ["w0", "s3"]);
  expect([ones![COUNT - 1], ...three!]).toEqual([1, 3]);
  return made;
}

const leftBy = (ending: string): string =>
  join(
    folder,
    readdirSync(folder).find((name) => name.endsWith(ending))!,
  );

describe("what was done is not done again", () => {
  test("after a cancel", async () => {
    await begin(2);
    await begin(1);
    expect(await goOn()).toEqual([2, 3]);
    expect(readdirSync(folder)).toEqual(["weights.safetensors", "weights.safetensors.checked"]);
  });

  /** A process that is killed while it makes a tensor, or when all of them are done. */
  async function beginAndKill(last: number): Promise<void> {
    const script = `
      import { writeResumable } from "#src/engine/weights/convert/resumable.js";
      const [path, last] = process.argv.slice(1);
      const streams = Array.from({ length: ${TENSORS} }, (_, i) => ({
        tensors: [
          { name: "w" + i, dtype: "F16", shape: [${COUNT}] },
          { name: "s" + i, dtype: "F32", shape: [1] },
        ],
        read() {
          if (i === Number(last)) setImmediate(() => process.kill(process.pid, "SIGKILL"));
          return [new Uint16Array(${COUNT}).fill(0x3c00 + i), Float32Array.of(i)];
        },
      }));
      const onProgress = ({ doneBytes, totalBytes }) =>
        doneBytes < totalBytes || process.kill(process.pid, "SIGKILL");
      await writeResumable({ path, streams, metadata: { version: "1" } }, { onProgress });`;
    const args = ["--input-type=module", "--eval", script, path, String(last)];
    const killed = promisify(execFile)(process.execPath, args);
    await expect(killed).rejects.toMatchObject({ signal: "SIGKILL" });
    await expect(openSafetensors(path)).rejects.toMatchObject({ code: "no_such_file" });
  }

  test("after a kill in the middle of a tensor, again and again", async () => {
    for (const last of [1, 1, 2]) await beginAndKill(last);
    expect(await goOn()).toEqual([2, 3]);
  }, 60_000);

  test("after a kill when only the name was missing", async () => {
    await beginAndKill(TENSORS);
    expect(await goOn()).toEqual([]);
  }, 60_000);

  test("when the journal's last line was torn", async () => {
    await begin(2);
    const journal = leftBy(".journal");
    writeFileSync(journal, readFileSync(journal, "utf8").slice(0, -10));
    expect(await goOn()).toEqual([1, 2, 3]);
  });

  test("when it tells of more than there is", async () => {
    await begin(1);
    appendFileSync(leftBy(".journal"), `2 ${"0".repeat(64)}\nnonsense`);
    expect(await goOn()).toEqual([1, 2, 3]);
  });
});

test("a part that has changed is made again", async () => {
  await begin(2);
  const part = leftBy(".part");
  const bytes = readFileSync(part);
  bytes[bytes.length - 100]! ^= 1; // in the second tensor
  writeFileSync(part, bytes);
  expect(await goOn()).toEqual([1, 2, 3]);
});

test("parts of another plan are left alone", async () => {
  await begin(2);
  expect(await goOn("2")).toEqual([0, 1, 2, 3]);
  expect(await goOn("1")).toEqual([2, 3]);
});

test("two at once end at one file", async () => {
  await Promise.all([writeResumable(planned(), {}), writeResumable(planned(), {})]);
  expect(readdirSync(folder)).toEqual(["weights.safetensors"]);
  expect(await isWhole(planned(), true)).toBe(true);
});

test("the room on the disk is looked at first", async () => {
  const huge = { name: "w", dtype: "U8" as const, shape: [2 ** 52] };
  const plan = { path, streams: [{ tensors: [huge], read: () => [] }], metadata: {} };
  await expect(writeResumable(plan, {})).rejects.toMatchObject({
    code: "cannot_write",
    message: expect.stringMatching(/^4503599.7 GB are needed in .* GB are free; make room/),
  });
  expect(readdirSync(folder)).toEqual([]);
});

test("a folder that cannot be made is named", async () => {
  mkdirSync(folder);
  writeFileSync(join(folder, "taken"), "");
  const plan = { ...planned(), path: join(folder, "taken", "weights.safetensors") };
  await expect(writeResumable(plan, {})).rejects.toMatchObject({ code: "cannot_write" });
});

describe("a finished file is believed", () => {
  beforeEach(async () => {
    await writeResumable(planned(), {});
    await note(path);
  });

  function alter(change: (bytes: Buffer) => Buffer | void): void {
    const bytes = readFileSync(path);
    writeFileSync(path, change(bytes) ?? bytes);
  }

  test("while it is the planned one", async () => {
    expect(await isWhole(planned())).toBe(true);
    expect(await isWhole(planned(undefined, "2"))).toBe(false);
  });

  test("not when it is cut short or longer", async () => {
    alter((bytes) => bytes.subarray(0, -1));
    expect(await isWhole(planned())).toBe(false);
    alter((bytes) => Buffer.concat([bytes, Buffer.alloc(2)]));
    expect(await isWhole(planned())).toBe(false);
  });

  test("not when one bit of it is another", async () => {
    alter((bytes) => void (bytes[bytes.length >> 1]! ^= 1));
    expect(await isWhole(planned())).toBe(false);
    alter((bytes) => void (bytes[bytes.length >> 1]! ^= 1));
    expect(await isWhole(planned())).toBe(true);
  });

  test("not when its checksum is another", async () => {
    alter((bytes) => void bytes.write("0000", bytes.indexOf('"checksum":"') + 12));
    expect(await isWhole(planned())).toBe(false);
  });

  test("not when it is gone", async () => {
    const plan = { ...planned(), path: join(folder, "gone.safetensors") };
    expect(await isWhole(plan)).toBe(false);
  });
});
