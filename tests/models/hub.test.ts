// Which hub, token and cache, by the variables that the hub's own tools read.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { hubFrom } from "#src/models/index.js";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";

const home = temporaryFolder();
const own = path.join(home, ".cache", "huggingface");
mkdirSync(own, { recursive: true });
writeFileSync(path.join(own, "token"), "hf_from_file\n");

test.each([
  [{}, path.join(own, "hub")],
  [{ XDG_CACHE_HOME: "/c" }, "/c/huggingface/hub"],
  [{ HF_HOME: "/h", XDG_CACHE_HOME: "/c" }, "/h/hub"],
  [{ HF_HOME: "~/h" }, path.join(home, "h", "hub")],
  [{ HF_HUB_CACHE: "/x", HF_HOME: "/h" }, "/x"],
])("with %o the cache is %s", (env, cacheDir) => {
  expect(hubFrom(env, home).cacheDir).toBe(path.resolve(cacheDir));
});

test.each([
  [{}, "hf_from_file"],
  [{ HF_TOKEN: " hf_a\n", HUGGING_FACE_HUB_TOKEN: "hf_b" }, "hf_a"],
  [{ HUGGING_FACE_HUB_TOKEN: "hf_b" }, "hf_b"],
  [{ HF_TOKEN_PATH: path.join(own, "none") }, undefined],
  [{ HF_HOME: home }, undefined],
])("with %o the token is %s", (env, token) => {
  expect(hubFrom(env, home).token).toBe(token);
});

test("an endpoint is an address, and a token is one word that no error shows", () => {
  expect(hubFrom({ HF_ENDPOINT: "https://mirror.example/hf/" }, home).endpoint).toBe(
    "https://mirror.example/hf",
  );
  expect(() => hubFrom({ HF_ENDPOINT: "file:///etc" }, home)).toThrow(/HF_ENDPOINT/);
  const secret = () => hubFrom({ HF_TOKEN: "hf_secret\r\nx: y" }, home);
  expect(secret).toThrow(/HF_TOKEN/);
  expect(secret).not.toThrow(/secret/);
});

test.each(["1", "true", "ON", "yes"])("HF_HUB_OFFLINE=%s is offline", (HF_HUB_OFFLINE) => {
  expect(hubFrom({ HF_HUB_OFFLINE }, home).isOffline).toBe(true);
  expect(hubFrom({ HF_HUB_OFFLINE: "0" }, home).isOffline).toBe(false);
});
