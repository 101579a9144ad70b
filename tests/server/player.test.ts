// What a host reads to show the step player, and how it reads what was exported.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { Session } from "./session.js";

const home = temporaryFolder();
const session = new Session({ MAKEANYTHING_HOME: home });
beforeAll(() => session.open());
afterAll(() => session.close());

test("tools that show procedures name the player's page, under both keys", async () => {
  const { tools } = await session.client.listTools();
  const metas = new Map(tools.map(({ name, _meta: meta }) => [name, meta]));
  const uri = metas.get("generate_procedure")?.["ui/resourceUri"];
  expect(uri).toMatch(/^ui:\/\/makeanything\/player-[0-9a-f]{12}\.html$/);
  for (const name of ["generate_procedure", "recraft_from_image", "refine_steps", "get_procedure"])
    expect(metas.get(name)).toEqual({ ui: { resourceUri: uri }, "ui/resourceUri": uri });
  expect(metas.get("view_frame")).toEqual({ ui: { visibility: ["app"] } });
  expect(metas.get("list_domains")).toBeUndefined();

  const { contents } = await session.client.readResource({ uri: String(uri) });
  expect(contents).toMatchObject([
    {
      uri,
      mimeType: "text/html;profile=mcp-app",
      text: expect.stringContaining("<!doctype html>"),
    },
  ]);
  const [page] = contents;
  const html = page !== undefined && "text" in page ? page.text : "";
  expect(html.length).toBeLessThan(25_000);
  expect(html).not.toMatch(/https?:\/\/|import |@import|url\(/);
});

test("an export is read by its link, and nothing else is", async () => {
  const rocket = { subject: "a red rocket", domain: "icon", frames: 4, seed: 1 };
  const { procedure_id } = await session.make("generate_procedure", rocket);
  const exported = await session.call("export_procedure", { procedure_id, format: "webp" });
  const { file, uri } = exported.structuredContent as { file: string; uri: string };
  expect(exported.content[1]).toMatchObject({ type: "resource_link", uri, mimeType: "image/webp" });

  const [read] = (await session.client.readResource({ uri })).contents;
  const blob = read !== undefined && "blob" in read ? read.blob : "";
  expect(Buffer.from(blob, "base64").equals(readFileSync(file))).toBe(true);
  expect(read?.mimeType).toBe("image/webp");

  writeFileSync(path.join(home, "secret.zip"), "secret");
  for (const name of [
    "other.webp",
    "..%2F..%2Fsecret.zip",
    "%2e%2e%2f%2e%2e%2fsecret.zip",
    "%00.zip",
  ])
    await expect(
      session.client.readResource({ uri: `procedure://${procedure_id}/exports/${name}` }),
    ).rejects.toThrow(/has no export/);
});
