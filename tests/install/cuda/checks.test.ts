import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkCuda, type CudaMachine } from "#src/install/index.js";
import { temporaryFolder } from "../../support/temporary.js";

const SHARED = "libonnxruntime_providers_shared.so";
const PROVIDER = "libonnxruntime_providers_cuda.so";
const line = (name: string, kind = "libc6,x86-64") => `\t${name} (${kind}) => /usr/lib/${name}\n`;
const CUDA = ["libcudart.so.12", "libcublas.so.12", "libcublasLt.so.12", "libcufft.so.11", "libcurand.so.10"]; // prettier-ignore
const complete = {
  "nvidia-smi": "NVIDIA L4, 550.54.14\n",
  ldconfig: `600 libs found\n${[...CUDA, "libcudnn.so.9"].map((name) => line(name)).join("")}`,
};

function machine(commands: Record<string, string>, files: string[] = [SHARED, PROVIDER]) {
  const runtimeFolder = temporaryFolder();
  for (const name of files) writeFileSync(join(runtimeFolder, name), "");
  const libraryPath: string[] = [];
  return { runtimeFolder, libraryPath, run: async (command: string) => commands[command] };
}

/** What is wrong, in words, by what was looked at. */
async function wrong(on: CudaMachine): Promise<Record<string, string>> {
  const checks = await checkCuda(on);
  expect(checks.map(({ what }) => what)).toEqual(["driver", "CUDA 12", "cuDNN 9", "provider"]);
  return Object.fromEntries(checks.filter(({ ok }) => !ok).map(({ what, words }) => [what, words]));
}

test("a complete machine lacks nothing", async () => {
  expect(await wrong(machine(complete))).toEqual({});
});

describe("it is said what is missing, and where it comes from:", () => {
  test("everything", async () => {
    expect(await wrong(machine({}, []))).toEqual({
      driver: expect.stringMatching(/no GPU; install NVIDIA's driver 525 or newer/),
      "CUDA 12": expect.stringMatching(/^libcudart\.so\.12, .*libcurand\.so\.10 not found;.*toolkit 12/),
      "cuDNN 9": expect.stringMatching(/^libcudnn\.so\.9 not found;.*cudnn.*LD_LIBRARY_PATH/),
      provider: expect.stringMatching(/makeanything install-cuda fetches them/),
    }); // prettier-ignore
  });

  test("a driver that is too old, or does not answer", async () => {
    const old = { ...complete, "nvidia-smi": "Tesla K80, 470.82.01\n" };
    expect(await wrong(machine(old))).toEqual({
      driver: expect.stringMatching(/^driver 470\.82\.01 is too old/),
    });
    const silent = { ...complete, "nvidia-smi": "NVIDIA-SMI has failed\n" };
    expect(await wrong(machine(silent))).toEqual({ driver: expect.stringMatching(/^nvidia-smi/) });
  });

  test("cuDNN of another version, or of another processor", async () => {
    const ldconfig = CUDA.map((name) => line(name)).join("");
    for (const other of [line("libcudnn.so.8"), line("libcudnn.so.9", "libc6,AArch64")])
      expect(
        Object.keys(await wrong(machine({ ...complete, ldconfig: ldconfig + other }))),
      ).toEqual(["cuDNN 9"]);
  });

  test("what the installed provider does not find", async () => {
    const ldd = "\tlibcudnn_ops.so.9 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x1)\n";
    expect(await wrong(machine({ ...complete, ldd }))).toEqual({
      provider: "installed, but the loader does not find libcudnn_ops.so.9",
    });
  });

  test("half a provider", async () => {
    expect(await wrong(machine(complete, [PROVIDER]))).toEqual({
      provider: expect.stringMatching(/^libonnxruntime_providers_shared\.so not in /),
    });
  });
});

test("folders of the library path count, and so does ldconfig outside of the path", async () => {
  const folder = join(temporaryFolder(), "cudnn");
  mkdirSync(folder);
  writeFileSync(join(folder, "libcudnn.so.9"), "");
  const ldconfig = CUDA.map((name) => line(name)).join("");
  const commands = { "nvidia-smi": complete["nvidia-smi"], "/sbin/ldconfig": ldconfig };
  const on = machine(commands);
  expect(Object.keys(await wrong(on))).toEqual(["cuDNN 9"]);
  expect(await wrong({ ...on, libraryPath: ["/nowhere", folder] })).toEqual({});
});
