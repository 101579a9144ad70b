// A log is shown to others when something is wrong: nothing of what was asked for may be in it.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { plain } from "../pictures/made.js";
import { temporaryFolder } from "../support/temporary.js";
import { bin, Session } from "./session.js";
import { spawn } from "node:child_process";
import { once } from "node:events";

const SECRET = "xylophone";
const home = temporaryFolder();
const session = new Session({ MAKEANYTHING_HOME: home }, "--log-level", "trace");

beforeAll(() => session.open());
afterAll(() => session.close());

test("a log at its most talkative holds no word, path, picture or token that came with a call", async () => {
  const file = path.join(home, `${SECRET}.png`);
  const png = await plain().png().toBuffer();
  writeFileSync(file, png);
  const base64 = png.toString("base64");
  const calls: [string, Record<string, unknown>][] = [
    [
      "generate_procedure",
      { subject: `a ${SECRET}`, domain: "sketch", steps: [SECRET], frames: 4 },
    ],
    ["generate_procedure", { subject: SECRET, domain: SECRET }],
    ["generate_procedure", { subject: SECRET, domain: "sketch", seed: SECRET }],
    ["recraft_from_image", { image: file, subject: SECRET, domain: "sketch", frames: 4 }],
    ["recraft_from_image", { image: `/etc/${SECRET}`, domain: "sketch" }],
    [
      "recraft_from_image",
      { image: `https://${SECRET}.example/?token=${SECRET}`, domain: "sketch" },
    ],
    [
      "recraft_from_image",
      { image: `data:image/png;base64,${base64}`, domain: "sketch", frames: 4 },
    ],
    ["recraft_from_image", { image: "data:image/png;base64,AAAA", domain: "sketch" }],
    ["refine_steps", { procedure_id: SECRET, steps: 12 }],
    ["find_images", { name: SECRET }],
    [SECRET, { [SECRET]: SECRET }],
  ];
  for (const [name, input] of calls) await session.call(name, input).catch(() => {});
  await session.client.readResource({ uri: `procedure://${SECRET}/page.png` }).catch(() => {});
  expect(session.log).toContain("generate_procedure");
  expect(session.log).toContain("find_images");
  expect(session.log).not.toContain(SECRET);
  expect(session.log).not.toContain(base64.slice(40, 80));
});

test("a log holds nothing of messages that cannot be understood", async () => {
  const server = spawn(process.execPath, [bin, "serve", "--log-level", "trace"], {
    env: { ...process.env, MAKEANYTHING_HOME: home },
    stdio: "pipe",
  });
  let log = "";
  server.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
  server.stdout.resume();
  for (const line of [
    `${SECRET}`,
    `{"jsonrpc":"2.0","id":1,"method":${SECRET}}`,
    JSON.stringify({ jsonrpc: "2.0", id: 9, result: { [SECRET]: SECRET } }),
    JSON.stringify({ jsonrpc: "2.0", id: 9, error: { code: 1, message: SECRET } }),
    JSON.stringify({ jsonrpc: "2.0", id: 2, method: SECRET, params: { [SECRET]: SECRET } }),
    JSON.stringify({
      jsonrpc: "2.0",
      method: "notifications/cancelled",
      params: { reason: SECRET },
    }),
    JSON.stringify([SECRET]),
  ])
    server.stdin.write(`${line}\n`);
  server.stdin.end();
  await once(server, "close");
  expect(log.match(/protocol error/g)?.length).toBeGreaterThan(2);
  expect(log).not.toContain(SECRET);
});
