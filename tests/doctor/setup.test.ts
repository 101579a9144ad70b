// What was found, put together: to a model folder that holds no weights.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { embeddedModel, packageRoot } from "#src/config.js";
import { composeModel } from "#src/doctor/compose.js";
import { discover } from "#src/doctor/discover.js";
import { phrases } from "#src/doctor/flux-dev.js";
import { chooseParts, missingParts } from "#src/doctor/parts.js";
import { writeModel } from "#src/doctor/write-model.js";
import { createEngine, readModelConfig } from "#src/engine/index.js";
import { frameCounts, loadDomains, loadModel, stylesOf } from "#src/procedures/index.js";
import { weightsBytes } from "#src/workers/index.js";
import { fluxDev } from "#src/doctor/flux-dev.js";
import { encodeSafetensors, floatTensor } from "../support/safetensors.js";
import { temporaryFolder } from "../support/temporary.js";
import { headerOf, sparse, tokenizer } from "./disk.js";

const folder = temporaryFolder();
const at = (...names: string[]) => path.join(folder, ...names);
const slugs = loadDomains(path.join(packageRoot(), "adapters")).map(({ slug }) => slug);

sparse(at("found", "flux1-kontext-dev.safetensors"), headerOf("flux1-dev"));
sparse(at("found", "flux1-dev.safetensors"), headerOf("flux1-dev"));
sparse(at("found", "ae.safetensors"), headerOf("ae"));
sparse(at("found", "t5xxl_fp16.safetensors"), headerOf("t5xxl"));
sparse(at("found", "clip_l.safetensors"), headerOf("clip_l"));
sparse(at("found", "nine.safetensors"), headerOf("asymmetric_lora_9f_general"), {
  touched: /lora_ups/,
});
sparse(at("found", "four.safetensors"), headerOf("asymmetric_lora_4f_general"), {
  touched: /lora_ups\.1\d\./,
});
sparse(at("found", "recraft_9f_lego.safetensors"), headerOf("recraft"));
sparse(at("found", "makeanything-4f-cook.safetensors"), headerOf("recraft"), {
  metadata: { domain: "cook" },
});
tokenizer(at("found", "tokenizer"), "clip");
tokenizer(at("found", "tokenizer_2"), "t5"); // prettier-ignore

const found = await discover([{ what: "model folder", path: at("found") }]);
const parts = chooseParts(found);

test("parts make a model that engine and procedures read, of FLUX.1-dev's dimensions", async () => {
  const { folder: made } = await writeModel(at("made"), composeModel(parts));
  const config = await readModelConfig(made);
  expect(config.transformer).toEqual({ ...fluxDev.transformer, file: at("found", "flux1-dev.safetensors") }); // prettier-ignore
  expect(config.t5).toEqual({ ...fluxDev.t5, file: at("found", "t5xxl_fp16.safetensors"), tokenizer: at("found", "tokenizer_2") }); // prettier-ignore
  expect(config.clip).toMatchObject({ ...fluxDev.clip, file: at("found", "clip_l.safetensors") });
  expect(config.autoencoder).toMatchObject({ ...fluxDev.autoencoder, file: at("found", "ae.safetensors") }); // prettier-ignore
  const model = await loadModel(made);
  expect(frameCounts(model)).toEqual([4, 9]);
  expect(model.pagePx).toEqual({ nine: 1056, four: 1024 });
  expect(stylesOf({ model, dataDir: at("data") })).toEqual([]);
  expect(await weightsBytes(made)).toBeGreaterThan(33e9);
});

test("domains come with the B that were trained, and with LoRAs of their own", () => {
  const { domains, asymmetric, adapters } = composeModel(parts);
  const of = (slug: string) => domains.find(({ domain }) => domain === slug);
  expect(domains.map(({ domain }) => domain)).toEqual(slugs.slice(0, 20)); // emoji's B, the 21st, is zero
  expect(asymmetric).toEqual({ nine: "asymmetric_9f", four: "asymmetric_4f" });
  expect(of("lego")).toMatchObject({ b: { nine: 1 }, recraft: { nine: "recraft_9f_lego" } });
  expect(of("cook")).toMatchObject({ b: { nine: 2 }, adapter: { four: "domain_4f_cook" } });
  expect(of("clay_toys")?.b).toEqual({ four: 11 });
  expect(adapters["domain_4f_cook"]).toBe(at("found", "makeanything-4f-cook.safetensors"));
});

test("the phrases are those of the catalogue's domains, in the order of their B", () => {
  expect(Object.keys(phrases)).toEqual(slugs);
});

test("a file can be asked for, and what is missing is named as the catalogue of models names it", () => {
  const kontext = at("found", "flux1-kontext-dev.safetensors");
  expect(chooseParts(found, kontext).networks.transformer?.file.path).toBe(kontext);
  expect(missingParts(chooseParts({ ...found, tokenizers: [] }))).toEqual(["clip-tokenizer", "t5-tokenizer"]); // prettier-ignore
  expect(() => composeModel(chooseParts({ files: [], tokenizers: [] }))).toThrow(/flux1-dev, ae, /);
});

test("a model.json that was changed by hand is kept", async () => {
  mkdirSync(at("kept"));
  writeFileSync(at("kept", "model.json"), "mine");
  const { former } = await writeModel(at("kept"), composeModel(parts));
  expect(readFileSync(former!, "utf8")).toBe("mine");
  expect(await writeModel(at("kept"), composeModel(parts))).toEqual({ folder: at("kept") });
});

test("a model whose files lie elsewhere paints the same; what of a LoRA is left out is said", async () => {
  const own = embeddedModel();
  const model = JSON.parse(readFileSync(path.join(own, "model.json"), "utf8"));
  for (const part of ["transformer", "autoencoder", "t5", "clip"]) {
    model[part].file = path.join(own, model[part].file);
    if (model[part].tokenizer) model[part].tokenizer = path.join(own, model[part].tokenizer);
  }
  model.adapters = { here: path.join(own, model.adapters.asymmetric) };
  mkdirSync(at("elsewhere"));
  writeFileSync(at("elsewhere", "model.json"), JSON.stringify(model));
  const zeros = (...shape: [number, number]) => floatTensor(shape, new Float32Array(shape[0] * shape[1])); // prettier-ignore
  const style = at("style.safetensors");
  writeFileSync(
    style,
    encodeSafetensors({
      "lora_unet_double_blocks_0_img_attn_proj.lora_down.weight": zeros(2, 256),
      "lora_unet_double_blocks_0_img_attn_proj.lora_up.weight": zeros(256, 2),
      "lora_te1_text_model.lora_down.weight": zeros(2, 4),
    }),
  );
  const request = { prompt: "a red boat", widthPx: 64, heightPx: 64, domains: [{ b: 2, weight: 1 }], loras: [], seed: 1, steps: 1, guidance: 1, maskPadding: false, known: [] }; // prettier-ignore
  const warnings: string[] = [];
  const engine = createEngine({ threads: 1 }, (message) => warnings.push(message));
  const expected = await engine.paint({ ...request, modelDir: own });
  const painted = await engine.paint({
    ...request,
    modelDir: at("elsewhere"),
    asymmetric: "here",
    loras: [{ name: "style", file: style, weight: 1 }],
  });
  expect(Buffer.from(painted.page.data).equals(Buffer.from(expected.page.data))).toBe(true);
  expect(painted.versions["here"]).toBe(expected.versions["asymmetric"]);
  expect(warnings).toEqual([expect.stringMatching(/style\.safetensors: .*left out: lora_te1_text_model/)]); // prettier-ignore
  await engine.close();
});

test("a model.json names no network share, and nothing above its folder", async () => {
  for (const file of [
    "\\\\there\\share\\flux.safetensors",
    "//there/share",
    "../flux.safetensors",
  ]) {
    mkdirSync(at("bad"), { recursive: true });
    const model = composeModel(parts);
    model.transformer.file = file;
    await writeModel(at("bad"), model);
    await expect(readModelConfig(at("bad"))).rejects.toThrow(/transformer\.file: must be inside/);
  }
});
