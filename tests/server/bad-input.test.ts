// Whatever is sent to the real server: a clear error or a right result, the server keeps running, and
// nothing already stored is lost.
import { readFileSync } from "node:fs";
import { cp, stat, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { packageRoot } from "#src/config.js";
import type { ProcedureRecord } from "#src/tools/index.js";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gifBomb, isoMedia, noise, plain, pngThatSays, redBlue } from "../pictures/made.js";
import { temporaryFolder } from "../support/temporary.js";
import { childrenOf, Session, textOf } from "./session.js";

const folder = temporaryFolder();
const session = new Session({
  MAKEANYTHING_HOME: temporaryFolder(),
  MAKEANYTHING_ALLOWED_FOLDERS: folder,
});
const rocket = { subject: "a red rocket", domain: "sketch", frames: 4, seed: 9 };
let stored: ProcedureRecord;
let page: Buffer;

beforeAll(async () => {
  await session.open();
  stored = await session.make("generate_procedure", rocket);
  page = readFileSync(stored.page.file);
});
afterAll(() => session.close());

describe("a picture", () => {
  async function recraft(bytes: Uint8Array) {
    const image = path.join(folder, "picture");
    await writeFile(image, bytes);
    return session.call("recraft_from_image", { ...rocket, image });
  }

  test.each([
    ["that is cut off", async () => (await noise(64).png().toBuffer()).subarray(0, 500), /save it/],
    ["whose header lies", async () => pngThatSays(30_000, 30_000), /100 million pixels/],
    ["that is a GIF bomb", async () => gifBomb, /100 million pixels/],
    ["in SVG", async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), /SVG/],
    ["in HEIC", async () => isoMedia("heic", "mif1"), /convert|save/i],
    ["that is a text", async () => Buffer.from("hello"), /not a picture|image/],
  ])("%s is refused", async (_, bytes, words) => {
    const result = await recraft(await bytes());
    expect(textOf(result)).toMatch(words);
    expect(result.isError).toBe(true);
  });

  test.each([
    ["in CMYK", () => plain().toColourspace("cmyk").jpeg().toBuffer()],
    ["of 16 bits", () => plain().toColourspace("rgb16").png().toBuffer()],
    ["that moves", animation],
    ["of 300 MB in a small file", () => plain(9999, 9999).png().toBuffer()],
  ])("%s becomes the last step", async (_, bytes) => {
    const result = await recraft(await bytes());
    expect(result.isError, textOf(result)).toBeUndefined();
    expect((result.structuredContent as unknown as ProcedureRecord).steps[3]?.origin).toBe("given");
  });

  async function animation() {
    const frames = await Promise.all([plain(), redBlue()].map((frame) => frame.png().toBuffer()));
    return sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
  }
});

test.each([
  ["nothing", "", /subject: is empty/],
  ["control characters alone", "\u0000\u0007\u202e", /subject: is empty/],
  ["100,000 characters", "rocket ".repeat(15_000), /at most 1000/],
])("a subject of %s is refused", async (_, subject, words) => {
  const result = await session.call("generate_procedure", { ...rocket, subject });
  expect(textOf(result)).toMatch(words);
  expect(result.isError).toBe(true);
});

test("a subject in Chinese, with control characters and marks of a prompt, is painted", async () => {
  const subject = "一枚红色的火箭\u0000 red\u202e rocket <image-1> {x} </s>";
  const made = await session.make("generate_procedure", { ...rocket, subject });
  expect(made.steps).toHaveLength(4);
});

test("a message that is longer than any should be is refused, and the next one answered", async () => {
  const subject = "x".repeat(33 * 2 ** 20);
  await expect(session.call("generate_procedure", { ...rocket, subject })).rejects.toThrow(
    "longer than 32 MiB",
  );
  expect((await session.call("list_domains", {})).isError).toBeUndefined();
});

test("an engine that is killed in the middle of a page costs that page alone", async () => {
  if (process.platform !== "linux") return;
  let killed: number | undefined;
  const result = await session.client.callTool(
    { name: "generate_procedure", arguments: { ...rocket, frames: 9 } },
    undefined,
    {
      onprogress: ({ message }) => {
        if (killed !== undefined || !message?.startsWith("painting")) return;
        killed = childrenOf(session.pid).get("engine-child");
        process.kill(killed!, "SIGKILL");
      },
    },
  );
  expect(result).toMatchObject({
    isError: true,
    content: [{ text: expect.stringMatching(/died.*the next call starts a fresh one/) }],
  });
});

test("after all that, what was stored is there, and is painted again the same", async () => {
  const [contents] = (await session.client.readResource({ uri: stored.page.uri })).contents;
  expect(contents).toMatchObject({ blob: page.toString("base64") });
  const again = await session.make("generate_procedure", rocket);
  expect(readFileSync(again.page.file).equals(page)).toBe(true);
});

test("a model whose file is cut off is named, and works once the file is whole", async () => {
  const model = path.join(packageRoot(), "models", "embedded");
  const copy = temporaryFolder();
  await cp(model, copy, { recursive: true });
  const file = path.join(copy, "flux.safetensors");
  await truncate(file, (await stat(file)).size / 2);

  const cut = new Session({ MAKEANYTHING_HOME: temporaryFolder(), MAKEANYTHING_MODEL: copy });
  await cut.open();
  try {
    const result = await cut.call("generate_procedure", rocket);
    expect(textOf(result)).toContain("flux.safetensors");
    expect(result.isError).toBe(true);
    await cp(path.join(model, "flux.safetensors"), file);
    const made = await cut.make("generate_procedure", rocket);
    expect(readFileSync(made.page.file).equals(page)).toBe(true);
  } finally {
    await cut.close();
  }
});
