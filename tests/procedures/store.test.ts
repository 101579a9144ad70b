import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { newId } from "#src/procedures/id.js";
import type { Procedure } from "#src/procedures/procedure.js";
import { createStore } from "#src/procedures/store.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sampleFiles, sampleProcedure } from "./fixtures/sample.mjs";

let dataDir: string;
const folder = (...parts: string[]) => path.join(dataDir, "procedures", ...parts);
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "makeanything-"));
});
afterEach(() => rm(dataDir, { recursive: true }));

async function saveSample(
  files: Record<string, Uint8Array> = {},
  changes: Partial<Procedure> = {},
) {
  const procedure = { ...sampleProcedure(), ...changes };
  await createStore(dataDir).save(procedure, { ...sampleFiles(procedure.id), ...files });
  return procedure;
}

/** Visible folders, each held against what must be in it; and hidden ones. */
async function inspect(): Promise<{ whole: string[]; drafts: string[] }> {
  const names = await readdir(folder()).catch(() => []);
  const whole = names.filter((name) => !name.startsWith("."));
  for (const id of whole) {
    const procedure = await createStore(dataDir).load(id);
    expect(procedure).toEqual(sampleProcedure(id));
    for (const [file, bytes] of Object.entries(sampleFiles(id)))
      expect(Buffer.compare(await readFile(folder(id, file)), bytes)).toBe(0);
  }
  return { whole, drafts: names.filter((name) => name.startsWith(".")) };
}

function startWriter() {
  const script = fileURLToPath(new URL("./fixtures/writer.mjs", import.meta.url));
  const writer = spawn(process.execPath, [script, dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  writer.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  return {
    ready: once(writer.stdout, "data"),
    /** Resolves when it has saved something more. */
    saved: () => once(writer.stdout, "data"),
    /** Kills it; resolves with the ids it had saved. */
    async kill(): Promise<string[]> {
      writer.kill("SIGKILL");
      await once(writer, "close");
      expect(writer.signalCode).toBe("SIGKILL");
      return output.split("\n").slice(1, -1);
    },
  };
}

describe("a store", () => {
  test("gives back what was saved, files included", async () => {
    const { id } = await saveSample();
    expect(await inspect()).toEqual({ whole: [id], drafts: [] });
  });

  test("leaves nothing behind when a save fails", async () => {
    await expect(saveSample({ ["x".repeat(101)]: new Uint8Array() })).rejects.toMatchObject({
      code: "outside_procedure",
    });
    await expect(saveSample({ "../../escaped": new Uint8Array() })).rejects.toMatchObject({
      code: "outside_procedure",
    });
    await expect(saveSample({}, { original: "original.jpg" })).rejects.toThrow(/original.jpg/);
    expect(await readdir(folder())).toEqual([]);
    expect(await readdir(dataDir)).toEqual(["procedures"]);
  });

  test("never writes over a procedure", async () => {
    const { id } = await saveSample();
    await expect(saveSample({ "page.png": new Uint8Array(1) }, { id })).rejects.toMatchObject({
      code: "cannot_save",
    });
    expect(await inspect()).toEqual({ whole: [id], drafts: [] });
  });

  test("finds out whether it can write, and leaves nothing behind", async () => {
    await createStore(dataDir).prepare();
    expect(await readdir(folder())).toEqual([]);
    await rm(folder(), { recursive: true });
    await writeFile(folder(), "a file where the folder should be");
    const preparing = createStore(dataDir).prepare();
    await expect(preparing).rejects.toMatchObject({ code: "cannot_save" });
    await expect(preparing).rejects.toThrow(/cannot write to .*MAKEANYTHING_HOME/);
  });

  test("lists the newest first, skips the damaged, and is empty at first", async () => {
    const store = createStore(dataDir);
    expect(await store.list({ limit: 9 })).toEqual([]);
    const ids: string[] = [];
    for (let i = 0; i < 4; i++) {
      ids.push((await saveSample()).id);
      await sleep(2);
    }
    await rm(folder(ids[1]!, "step-3.png"));
    const listed = async (limit: number) => (await store.list({ limit })).map(({ id }) => id);
    expect(await listed(9)).toEqual([ids[3], ids[2], ids[0]]);
    expect(await listed(3)).toEqual(await listed(9));
    expect(await listed(2)).toEqual([ids[3], ids[2]]);
  });

  test.each(["", "..", "../procedures", "nosuchprocedure1", "A".repeat(16), "a/../../../../etc"])(
    "knows no procedure %j",
    async (id) => {
      const { id: newest } = await saveSample();
      const loading = createStore(dataDir).load(id);
      await expect(loading).rejects.toMatchObject({ code: "no_such_procedure" });
      await expect(loading).rejects.toThrow(`the newest there are ${newest}`);
    },
  );

  test("that is empty says to make one first", async () => {
    await expect(createStore(dataDir).load(newId())).rejects.toThrow("make one first");
  });

  test.each([
    ["cut off", (text: string) => text.slice(0, 100)],
    ["without steps", (text: string) => text.replace(/"steps": \[[^]*?\n {2}\]/, '"steps": []')],
    ["of another id", (text: string) => text.replace(/"id": "\w{16}"/, `"id": "${newId()}"`)],
    ["naming a file outside", (text: string) => text.replace("page.png", "../../secret.png")],
    ["naming a file that is not there", (text: string) => text.replace("page.png", "none.png")],
  ])("says that a procedure is damaged: manifest %s", async (_, damage) => {
    await writeFile(path.join(dataDir, "secret.png"), "secret");
    const { id } = await saveSample();
    const manifest = folder(id, "manifest.json");
    const text = await readFile(manifest, "utf8");
    expect(damage(text)).not.toBe(text);
    await writeFile(manifest, damage(text));
    const loading = createStore(dataDir).load(id);
    await expect(loading).rejects.toMatchObject({ code: "damaged_procedure" });
    await expect(loading).rejects.toThrow("make it anew");
  });

  test.each(["../x", "/etc/passwd", "steps/001.png", "", ".", ".hidden", "C:\\x", "..\\x", "a\0b"])(
    "gives no path for %j",
    async (relative) => {
      const { id } = await saveSample();
      const code = "outside_procedure";
      expect(() => createStore(dataDir).filePath(id, relative)).toThrow(
        expect.objectContaining({ code }),
      );
    },
  );

  test("follows no link out of a procedure", async () => {
    const { id } = await saveSample();
    await writeFile(path.join(dataDir, "secret.png"), "secret");
    await rm(folder(id, "step-1.png"));
    await symlink(path.join(dataDir, "secret.png"), folder(id, "step-1.png"));
    await expect(createStore(dataDir).load(id)).rejects.toThrow("step-1.png is not a plain file");
    expect(createStore(dataDir).filePath(id, "step-2.png")).toBe(folder(id, "step-2.png"));
  });
});

describe("captions that are written anew", () => {
  test("change the manifest, whole, and nothing else", async () => {
    const { id } = await saveSample();
    const store = createStore(dataDir);
    const before = await store.load(id);
    const steps = before.steps.map((step) => ({ ...step, caption: "said better" }));
    await store.rewrite({ ...before, steps });
    expect(await store.load(id)).toEqual({ ...before, steps });
    for (const [file, bytes] of Object.entries(sampleFiles(id)))
      expect(Buffer.compare(await readFile(folder(id, file)), bytes)).toBe(0);
    expect(await readdir(folder())).toEqual([id]);
    const files = ["manifest.json", ...Object.keys(sampleFiles(id))];
    expect((await readdir(folder(id))).toSorted()).toEqual(files.toSorted());
  });

  test("make nothing where there is nothing", async () => {
    const { id } = await saveSample();
    const store = createStore(dataDir);
    const procedure = await store.load(id);
    await store.remove(id);
    const code = "no_such_procedure";
    await expect(store.rewrite(procedure)).rejects.toMatchObject({ code });
    expect(await readdir(folder())).toEqual([]);
  });

  test("are whole for every reader, whoever writes at the same time", async () => {
    const { id } = await saveSample();
    const [one, two, reader] = [createStore(dataDir), createStore(dataDir), createStore(dataDir)];
    const before = await one.load(id);
    const state = { isWriting: true };
    const write = async (store: typeof one, caption: string) => {
      for (let i = 0; i < 40; i++)
        await store.rewrite({ ...before, steps: before.steps.map((s) => ({ ...s, caption })) });
    };
    const writing = Promise.all([write(one, "x".repeat(400)), write(two, "y")]).finally(
      () => (state.isWriting = false),
    );
    let reads = 0;
    for (; state.isWriting; reads++) {
      const { steps } = await reader.load(id);
      expect(new Set(steps.map(({ caption }) => caption)).size).toBeLessThanOrEqual(
        steps[0]!.caption === before.steps[0]!.caption ? steps.length : 1,
      );
    }
    await writing;
    expect(reads).toBeGreaterThan(5);
  });
});

describe("a procedure that is removed", () => {
  test("is gone with all its files, though it was damaged", async () => {
    const [whole, damaged] = [await saveSample(), await saveSample()];
    await rm(folder(damaged.id, "manifest.json"));
    const store = createStore(dataDir);
    for (const { id } of [whole, damaged]) await store.remove(id);
    expect(await readdir(folder())).toEqual([]);
    await expect(store.remove(whole.id)).rejects.toMatchObject({ code: "no_such_procedure" });
    await expect(store.remove("..")).rejects.toMatchObject({ code: "no_such_procedure" });
  });

  test("that a crash kept from going is swept away by the next save", async () => {
    const { id } = await saveSample();
    await mkdir(folder(".removed-abc"));
    await saveSample();
    expect(await readdir(folder())).not.toContain(".removed-abc");
    expect(await readdir(folder())).toContain(id);
  });
});

describe("a store that is somebody's", () => {
  const none = { code: "no_such_procedure" };

  test("holds theirs alone, and nobody else's holds them", async () => {
    const [ann, bob, nobody] = ["ann", "bob", undefined].map((owner) =>
      createStore(dataDir).ownedBy(owner),
    );
    const sample = sampleProcedure();
    await ann!.save(sample, sampleFiles(sample.id));
    const { id: unowned } = await saveSample();
    expect(await ann!.load(sample.id)).toEqual({ ...sample, owner: "ann" });
    for (const other of [bob!, nobody!]) {
      await expect(other.load(sample.id)).rejects.toMatchObject(none);
      await expect(other.load(sample.id)).rejects.not.toThrow(`are ${sample.id}`);
      await expect(other.remove(sample.id)).rejects.toMatchObject(none);
      await expect(other.rewrite(sample)).rejects.toMatchObject(none);
    }
    const listed = async (store = nobody!) => (await store.list({ limit: 9 })).map(({ id }) => id);
    expect(await listed(ann)).toEqual([sample.id]);
    expect(await listed(bob)).toEqual([]);
    expect(await listed()).toEqual([unowned]);
    await expect(ann!.load(unowned)).rejects.toMatchObject(none);
  });

  test("keeps whose a procedure is when its captions are written anew", async () => {
    const ann = createStore(dataDir).ownedBy("ann");
    const sample = sampleProcedure();
    await ann.save(sample, sampleFiles(sample.id));
    await ann.rewrite({ ...sample, subject: "another" });
    expect(await ann.load(sample.id)).toMatchObject({ owner: "ann", subject: "another" });
  });

  test("does not know a broken manifest's owner, and shows it to nobody who has a name", async () => {
    const { id } = await saveSample();
    await writeFile(folder(id, "manifest.json"), "{");
    const ann = createStore(dataDir).ownedBy("ann");
    await expect(ann.load(id)).rejects.toMatchObject(none);
    await expect(ann.remove(id)).rejects.toMatchObject(none);
    const own = sampleProcedure();
    await ann.save(own, sampleFiles(own.id));
    await rm(folder(own.id, "page.png"));
    await expect(ann.load(own.id)).rejects.toMatchObject({ code: "damaged_procedure" });
  });
});

test("ids sort by age and do not repeat", () => {
  const ids = Array.from({ length: 1000 }, newId);
  expect(new Set(ids).size).toBe(1000);
  expect(ids.every((id) => /^[0-9a-z]{16}$/.test(id))).toBe(true);
  const times = ids.map((id) => Number.parseInt(id.slice(0, 8), 36));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(Math.abs(times[0]! - Date.now())).toBeLessThan(5000);
});

describe("a crash", () => {
  test(
    "at any instant leaves whole procedures alone, and what was saved stays",
    { timeout: 60_000 },
    async () => {
      const saved: string[] = [];
      let draftsSeen = 0;
      for (let round = 0; round < 30; round++) {
        const writer = startWriter();
        await writer.ready;
        if (round % 2 === 1) await writer.saved();
        await sleep(Math.random() * 40);
        saved.push(...(await writer.kill()));
        draftsSeen += (await readdir(folder()).catch(() => [])).filter((name) =>
          name.startsWith("."),
        ).length;
      }
      const { whole } = await inspect();
      expect(whole).toEqual(expect.arrayContaining(saved));
      expect(saved.length).toBeGreaterThan(0);
      expect(draftsSeen).toBeGreaterThan(0);

      const long = new Date(Date.now() - 2 * 60 * 60_000);
      for (const name of (await readdir(folder())).filter((n) => n.startsWith(".")))
        await utimes(folder(name), long, long);
      const alive = `.saving-${process.ppid}-alive`;
      const young = ".saving-4194305-young"; // no process here has this number
      for (const name of [alive, young]) await mkdir(folder(name));
      await utimes(folder(alive), long, long);
      await saveSample();
      expect((await inspect()).drafts.toSorted()).toEqual([alive, young].toSorted());
    },
  );

  test("of one writer does not disturb another", async () => {
    const writers = [startWriter(), startWriter()];
    await Promise.all(writers.map(({ ready }) => ready));
    await Promise.all(writers.map(({ saved }) => saved()));
    const first = await writers[0]!.kill();
    await writers[1]!.saved();
    const second = await writers[1]!.kill();
    const { whole } = await inspect();
    expect(first.length).toBeGreaterThan(0);
    expect(second.length).toBeGreaterThan(0);
    expect(whole).toEqual(expect.arrayContaining([...first, ...second]));
  });
});
