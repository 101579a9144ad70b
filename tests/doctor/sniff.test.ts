// Files of any kind, told for what they are.
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { sniff } from "#src/doctor/sniff.js";
import { tokenizerIn } from "#src/doctor/tokenizers.js";
import { walk } from "#src/doctor/walk.js";
import { headerOf, sparse, tokenizer } from "./disk.js";
import { temporaryFolder } from "../support/temporary.js";

const folder = temporaryFolder();
const at = (...names: string[]) => path.join(folder, ...names);
const flux = headerOf("flux1-dev");

test("one file may hold all networks, in types of their own", async () => {
  const prefixed = (prefix: string, name: Parameters<typeof headerOf>[0]) =>
    headerOf(name).map(([key, tensor]): [string, [string, number[]]] => [prefix + key, tensor]);
  const all = sparse(at("all.safetensors"), [
    ...flux.map(([key, [, shape]]): [string, [string, number[]]] => [`model.diffusion_model.${key}`, ["F8_E4M3", shape]]),
    ...prefixed("text_encoders.t5xxl.transformer.", "t5xxl"),
    ...prefixed("text_encoders.clip_l.transformer.", "clip_l"),
    ...prefixed("vae.", "ae"),
  ]);
  const { is, parts } = await sniff(all);
  expect(is).toBe("FLUX.1-dev, an autoencoder, T5 XXL, CLIP L, fp8 E4M3");
  expect(parts.map(({ kind, dtypes }) => [kind, dtypes])).toEqual([
    ["transformer", ["F8_E4M3"]],
    ["autoencoder", ["F32"]],
    ["t5", ["F16"]],
    ["clip", ["F16"]],
  ]);
}); // prettier-ignore

test("relatives are no FLUX.1-dev, and a damaged one is told by its tensor", async () => {
  const wider = (channels: number) =>
    flux.map(([key, [dtype, shape]]): [string, [string, number[]]] => [key, [dtype, key === "img_in.weight" ? [3072, channels] : shape]]);
  expect(await sniff(sparse(at("fill.safetensors"), wider(384)))).toMatchObject({ is: "FLUX.1-Fill, not FLUX.1-dev", parts: [] });
  expect(await sniff(sparse(at("depth.safetensors"), wider(128)))).toMatchObject({ is: "FLUX.1-Canny or -Depth, not FLUX.1-dev" });
  const { is, fault } = await sniff(sparse(at("hole.safetensors"), flux.filter(([key]) => key !== "double_blocks.7.img_mlp.0.bias")));
  expect(is).toBe("FLUX.1-dev, damaged or changed");
  expect(fault).toMatch(/double_blocks\.7\.img_mlp\.0\.bias: missing tensor/);
}); // prettier-ignore

test("an asymmetric LoRA tells which of its B were trained", async () => {
  const file = sparse(at("nine.safetensors"), headerOf("asymmetric_lora_9f_general"), { touched: /lora_ups\.[03]\./ }); // prettier-ignore
  expect((await sniff(file)).lora).toEqual({ domainCount: 10, trained: [1, 4] });
});

test("what others use is told in a word, and what nobody can, with the reason", async () => {
  const one = (name: string, key: string) => sniff(sparse(at(name), [[key, ["F16", [4, 4]]]]));
  expect((await one("a.safetensors", "model.diffusion_model.input_blocks.0.0.weight")).is).toBe("Stable Diffusion 1 or 2"); // prettier-ignore
  expect((await one("b.safetensors", "model.layers.0.self_attn.q_proj.weight")).is).toBe("a language model"); // prettier-ignore
  expect((await one("c.safetensors", "lora_unet_down_blocks_0.lora_down.weight")).is).toBe("a LoRA for another model"); // prettier-ignore
  expect((await one("d.safetensors", "what.ever")).is).toBe("a model that is not known here");
  symlinkSync(at("nowhere"), at("dangling.safetensors"));
  expect((await sniff(at("dangling.safetensors"))).fault).toMatch(/leads to nothing/);
  writeFileSync(at("empty.safetensors"), "");
  expect((await sniff(at("empty.safetensors"))).fault).toBe("empty.safetensors is an empty file; get it again"); // prettier-ignore
});

test.skipIf(process.platform === "win32")("a pipe is not waited for", async () => {
  execFileSync("mkfifo", [at("pipe.safetensors"), at("tokenizer.json")]);
  expect((await sniff(at("pipe.safetensors"))).fault).toMatch(/is not a file/);
  expect(await tokenizerIn(folder)).toBeUndefined();
});

test("folders are walked once, whatever links lead to them; shards are their index", async () => {
  const root = at("walked");
  mkdirSync(path.join(root, "below"), { recursive: true });
  for (const name of ["m-00001-of-00002.safetensors", "m.safetensors.index.json", "other.gguf", "x.txt"])
    writeFileSync(path.join(root, "below", name), "");
  symlinkSync(root, path.join(root, "below", "again"));
  symlinkSync(path.join(root, "below"), path.join(root, "link"));
  tokenizer(path.join(root, "words"), "clip");
  const { weights, tokenizers } = await walk(root);
  expect(weights.map((file) => path.relative(root, file))).toEqual(["below/m.safetensors.index.json", "below/other.gguf"].map(path.normalize));
  expect(await Promise.all(tokenizers.map(tokenizerIn))).toEqual([{ kind: "clip", folder: path.join(root, "words") }]);
}); // prettier-ignore
