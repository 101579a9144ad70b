import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  availableProviders,
  listGpus,
  runtimeBuild,
  type RuntimeBuild,
  type Sight,
} from "#src/engine/runtime/index.js";
import { temporaryFolder } from "../../support/temporary.js";
import { GIB, machine, writeCards } from "./sight.js";

const nvidiaSmi = "NVIDIA GeForce RTX 4090, 550.54.14, 24564\nNVIDIA T4, 550.54.14, 15360\n";

describe("graphics processors are seen", () => {
  test("NVIDIA's, with driver and memory", async () => {
    const found = await listGpus(machine({}, { "nvidia-smi": nvidiaSmi }));
    expect(found).toEqual([
      { name: "NVIDIA GeForce RTX 4090", vendor: "nvidia", driver: "550.54.14", memoryBytes: 24564 * 2 ** 20 },
      { name: "NVIDIA T4", vendor: "nvidia", driver: "550.54.14", memoryBytes: 15360 * 2 ** 20 },
    ]); // prettier-ignore
  });

  test("not in the message of a tool without a driver", async () => {
    const message = "NVIDIA-SMI has failed because it couldn't communicate with the driver.\n";
    expect(await listGpus(machine({}, { "nvidia-smi": message }))).toEqual([]);
  });

  test("Linux' cards; AMD tells its memory", async () => {
    const root = temporaryFolder();
    writeCards(root, {
      card0: { vendor: "0x8086\n", device: "0x46a6\n" },
      card1: { vendor: "0x1002\n", device: "0x744c\n", mem_info_vram_total: `${24 * GIB}\n` },
      "card1-HDMI-A-1": {},
    });
    expect(await listGpus(machine({ root }))).toEqual([
      { name: "intel 0x46a6", vendor: "intel" },
      { name: "amd 0x744c", vendor: "amd", memoryBytes: 24 * GIB },
    ]);
  });

  test("Apple's, which shares the memory", async () => {
    const [gpu] = await listGpus(machine({ platform: "darwin", arch: "arm64" }));
    expect(gpu).toMatchObject({ vendor: "apple", memoryBytes: 0.7 * 32 * GIB });
    expect(await listGpus(machine({ platform: "darwin" }))).toEqual([]);
  });
});

describe("providers", () => {
  const all = ["cpu", "webgpu", "cuda"];
  const build = (given: Partial<RuntimeBuild> = {}): RuntimeBuild => ({
    backends: all,
    folder: "/nowhere",
    version: "1.0.0",
    ...given,
  });
  const look = async (runtime: RuntimeBuild, sight: Sight) =>
    Object.fromEntries(
      (await availableProviders(runtime, sight)).map((state) => [state.provider, state]),
    );

  test("CUDA and WebGPU need a graphics processor; the processor is always there", async () => {
    expect(await look(build(), machine())).toMatchObject({
      cuda: { usable: false, why: expect.stringContaining("no NVIDIA GPU") },
      webgpu: { usable: false, why: expect.stringContaining("no graphics processor") },
      cpu: { usable: true, memoryBytes: 32 * GIB },
    });
  });

  test("CUDA needs its library beside the runtime's", async () => {
    const sight = machine({}, { "nvidia-smi": nvidiaSmi });
    const { cuda, webgpu } = await look(build(), sight);
    expect(cuda).toMatchObject({ usable: false, why: expect.stringContaining("install-cuda") });
    expect(webgpu).toMatchObject({ usable: true, memoryBytes: 24564 * 2 ** 20 });
    const folder = temporaryFolder();
    writeFileSync(join(folder, "libonnxruntime_providers_cuda.so"), "");
    expect((await look(build({ folder }), sight))["cuda"]).toMatchObject({
      usable: true,
      why: "NVIDIA GeForce RTX 4090, driver 550.54.14",
    });
  });

  test("what the runtime was built without is not offered", async () => {
    const sight = machine({ platform: "darwin", arch: "arm64" });
    const { cuda, webgpu } = await look(build({ backends: ["cpu", "webgpu"] }), sight);
    expect(cuda).toMatchObject({ usable: false, why: expect.stringContaining("no CUDA") });
    expect(webgpu).toMatchObject({ usable: true, memoryBytes: 0.7 * 32 * GIB });
  });

  test("Windows' WebGPU is tried unseen", async () => {
    const { webgpu } = await look(build(), machine({ platform: "win32" }));
    expect(webgpu).toMatchObject({ usable: true, why: expect.stringContaining("unknown") });
    expect(webgpu).not.toHaveProperty("memoryBytes");
  });

  test("the installed runtime says what it is", () => {
    const { backends, folder, version } = runtimeBuild();
    expect(backends).toContain("cpu");
    expect(folder).toMatch(/onnxruntime-node.bin.napi-v6/);
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
