// What the doctor says of disks and machines that nobody here has.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { embeddedModel } from "#src/config.js";
import { diagnose } from "#src/doctor/diagnose.js";
import { discover } from "#src/doctor/discover.js";
import { lookAtModel } from "#src/doctor/in-use.js";
import { placesOf } from "#src/doctor/places.js";
import { tell } from "#src/doctor/tell.js";
import { sayBytes } from "#src/models/index.js";
import type { Machine, World } from "#src/doctor/world.js";
import { headerOf, inHub, sparse, tokenizer } from "./disk.js";
import { withCuda, withRam } from "./machines.js";
import { temporaryFolder } from "../support/temporary.js";

const GB = 1e9;
const root = temporaryFolder();
const model = await lookAtModel(embeddedModel(), embeddedModel(), {});
let count = 0;
let homeDir: string;
let comfy: string;
let cacheDir: string;

beforeEach(() => {
  homeDir = path.join(root, String(count++));
  comfy = path.join(homeDir, "ComfyUI", "models");
  cacheDir = path.join(homeDir, ".cache", "huggingface", "hub");
  mkdirSync(homeDir);
});

async function lookAround(machine: Machine, given: Partial<World> = {}): Promise<World> {
  const dataDir = path.join(homeDir, "data");
  const places = placesOf({ env: {}, homeDir, platform: "darwin", cacheDir, dataDir, modelFolders: [] });
  const disk = { folder: dataDir, volume: 1, freeBytes: 500 * GB };
  return { homeDir, model, wish: {}, machine, disk, ...(await discover(places)), ...given };
} // prettier-ignore

/** The whole, as it goes to a file or a pipe. */
function transcript(world: World): string {
  const text = tell(diagnose(world), world.homeDir);
  expect(text).not.toMatch(/[^\n\P{Cc}]/u);
  expect(text).not.toMatch(/ $/m);
  return text;
}

/** Whether the lines are there, one after the other, however wide their columns. */
function expectLines(text: string, ...lines: string[]): void {
  const said = text.split("\n").map((line) => line.trim().replace(/ +/g, " "));
  for (const line of lines) expect(said).toContain(line);
}

function fillComfy(): void {
  sparse(path.join(comfy, "unet", "flux1-dev.safetensors"), headerOf("flux1-dev"));
  sparse(path.join(comfy, "vae", "ae.safetensors"), headerOf("ae"));
  sparse(path.join(comfy, "clip", "t5xxl_fp16.safetensors"), headerOf("t5xxl"));
  sparse(path.join(comfy, "clip", "clip_l.safetensors"), headerOf("clip_l"));
  const lora = path.join(comfy, "loras", "asymmetric_lora_9f_general.safetensors");
  sparse(lora, headerOf("asymmetric_lora_9f_general"), { touched: /lora_ups/ });
}

test("nothing installed", async () => {
  const text = transcript(await lookAround(withRam(16 * GB)));
  expectLines(
    text,
    `ok embedded the small model that comes with the package, ${sayBytes(model.sizeBytes)}; it runs on the processor`,
    "missing all nothing of it was found",
    "no ComfyUI not in the usual places; COMFYUI_PATH names another",
    "makeanything models pull flux1-dev makeanything-9f fetches 38.3 GB, with a token of the hub",
  );
});

test("a ComfyUI folder", async () => {
  fillComfy();
  const text = transcript(await lookAround(withCuda(24 * GB)));
  expectLines(
    text,
    "ok transformer bf16, 23.8 GB",
    "~/ComfyUI/models/unet/flux1-dev.safetensors",
    "ok T5 f16, 9.52 GB",
    "missing T5's tokenizer",
    "ok domains 10 for pages of 9 frames, 0 for pages of 4",
    "ok cuda NVIDIA GeForce RTX 4090, driver 560.35, 24.0 GB; products and fused attention are right",
    "makeanything models pull clip-tokenizer t5-tokenizer --alone fetches a few MB, with a token of the hub",
  );
  expect(text).toMatch(/ok +cuda-bf16 +the first that fits: it needs 1\d\.\d GB of 24\.0 GB/);
});

test("the hub's cache, its links included", async () => {
  const flux = "black-forest-labs/FLUX.1-dev";
  inHub(cacheDir, flux, "flux1-dev.safetensors", (file) => sparse(file, headerOf("flux1-dev")));
  inHub(cacheDir, flux, "ae.safetensors", (file) => sparse(file, headerOf("ae")));
  const shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
  const t5 = headerOf("t5xxl");
  const halves = [t5.slice(0, 100), t5.slice(100)];
  shards.forEach((name, i) => inHub(cacheDir, flux, `text_encoder_2/${name}`, (file) => sparse(file, halves[i]!)));
  const weight_map = Object.fromEntries(halves.flatMap((half, i) => half.map(([key]) => [key, shards[i]])));
  inHub(cacheDir, flux, "text_encoder_2/model.safetensors.index.json", (file) => writeFileSync(file, JSON.stringify({ weight_map })));
  inHub(cacheDir, flux, "text_encoder/model.safetensors", (file) => sparse(file, headerOf("clip_l")));
  const snapshot = path.join(cacheDir, "models--black-forest-labs--FLUX.1-dev", "snapshots", "a".repeat(40));
  tokenizer(path.join(snapshot, "tokenizer_2"), "t5");
  tokenizer(path.join(cacheDir, "models--openai--clip", "snapshots", "b".repeat(40)), "clip");
  const lora = "asymmetric_lora/asymmetric_lora_4f_general.safetensors";
  inHub(cacheDir, "showlab/makeanything", lora, (file) => sparse(file, headerOf("asymmetric_lora_4f_general"), { touched: /lora_ups\.1\d\./ }));
  const text = transcript(await lookAround(withCuda(16 * GB)));
  expectLines(
    text,
    "ok T5 f16, 9.52 GB",
    `~/.cache/huggingface/hub/models--black-forest-labs--FLUX.1-dev/snapshots/${"a".repeat(40)}/text_encoder_2/model.safetensors.index.json`,
    "missing LoRA, 9 frames",
    "ok domains 0 for pages of 9 frames, 10 for pages of 4", // the others' B are zero
    "makeanything setup makes a model folder of it",
  );
  expect(text).toMatch(/no +cuda-bf16 .*needs .*the device has 16\.0 GB; cuda-8bit needs/);
  expect(text).toMatch(/disk +the weights are converted once, to about 12\.6 GB in ~\/data, which has 500 GB left/);
}); // prettier-ignore

test("too little memory", async () => {
  fillComfy();
  const text = transcript(await lookAround(withRam(4 * GB)));
  expect(text).toMatch(/no +cpu-4bit +needs \d\.\d GB, and the device has 4\.0 GB$/m);
  expect(text).not.toMatch(/^ +ok +(cpu|cuda|webgpu)-/m);
  expectLines(text, "wrong flux1-dev cannot be run here: nothing fits here");
  expect(text).not.toMatch(/^Next/m);
});

test("what the configuration asks for cannot be had", async () => {
  const text = transcript(await lookAround(withRam(64 * GB), { wish: { provider: "webgpu" } }));
  expectLines(
    text,
    "wrong flux1-dev cannot be run here: nothing fits here",
    "let provider and variant be auto what the configuration asks for cannot be had here",
  );
});

test("cuDNN is missing", async () => {
  fillComfy();
  const machine = withCuda(24 * GB);
  const why = "cannot be opened: libcudnn.so.9 is missing; makeanything install-cuda --check says where it comes from";
  const words = "libcudnn.so.9 not found; it comes with NVIDIA's cuDNN 9 for CUDA 12";
  const text = transcript(
    await lookAround({
      ...machine,
      cuda: [{ what: "cuDNN 9", ok: false, words }],
      providers: machine.providers.map((one) => (one.provider === "cuda" ? { ...one, usable: false, why, computes: [] } : one)),
    }),
  );
  expectLines(
    text,
    `missing cuDNN 9 ${words}`,
    `no cuda ${why}`,
    "makeanything install-cuda --check when cuDNN 9 can be found",
  );
}); // prettier-ignore

test("two disks: a LoRA is not where it can be linked to the transformer", async () => {
  fillComfy();
  const world = await lookAround(withCuda(24 * GB));
  const files = world.files.map((file) => (file.lora ? { ...file, volume: file.volume + 1 } : file));
  const text = transcript({ ...world, files });
  expectLines(
    text,
    "note LoRAs 1 LoRA lies on another disk than the transformer, and one disk cannot link to another: on CUDA a copy is made beside it, 4.11 GB; move them to its disk to save that",
  );
}); // prettier-ignore

test("files that are not what they should be", async () => {
  fillComfy();
  writeFileSync(path.join(comfy, "unet", "pointer.safetensors"), "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
  writeFileSync(path.join(comfy, "unet", "login.safetensors"), "<!doctype html><title>Log in</title>");
  writeFileSync(path.join(comfy, "unet", "quants.safetensors"), "GGUF0000");
  writeFileSync(path.join(comfy, "vae", "old.safetensors"), "PK\u0003\u0004archive/data.pkl");
  const cut = sparse(path.join(comfy, "unet", "cut.safetensors"), headerOf("flux1-dev"));
  const { truncateSync } = await import("node:fs");
  truncateSync(cut, 5e9);
  sparse(path.join(comfy, "unet", "style.safetensors"), headerOf("recraft"));
  sparse(path.join(comfy, "checkpoints", "sd_xl.safetensors"), [["conditioner.embedders.0.weight", ["F16", [4, 4]]]]);
  sparse(path.join(comfy, "unet", "schnell.safetensors"), headerOf("flux1-dev").filter(([key]) => !key.startsWith("guidance_in")));
  const text = transcript(await lookAround(withRam(64 * GB)));
  expectLines(
    text,
    "wrong pointer.safetensors is a Git LFS pointer, not the weights; download the file again, or fetch it with git lfs pull",
    "wrong quants.safetensors is a GGUF file under another name; rename it to end in .gguf",
    "note a LoRA for FLUX.1, in a folder for base models",
    "no others of no use here: schnell.safetensors (FLUX.1-schnell or of its kind, not FLUX.1-dev), sd_xl.safetensors (SDXL)",
  );
  expectLines(
    text,
    "wrong login.safetensors is a web page, as a download without login leaves it; get it again",
    "wrong old.safetensors is a PyTorch checkpoint, which can run code and is not read here; get it again",
  );
  expect(text).toMatch(/wrong +cut\.safetensors is cut short: it has 5000000000 bytes and should have 238/);
  expectLines(text, "ok transformer bf16, 23.8 GB");
}); // prettier-ignore
