import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Config, ConfigError, loadConfig, packageRoot } from "#src/config.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let homeDir: string;
let dataDir: string;
beforeEach(async () => {
  homeDir = await mkdtemp(path.join(tmpdir(), "makeanything-home-"));
  dataDir = path.join(homeDir, "data");
  await mkdir(dataDir);
});
afterEach(() => rm(homeDir, { recursive: true }));

const writeConfig = (json: unknown) =>
  writeFile(
    path.join(dataDir, "config.json"),
    typeof json === "string" ? json : JSON.stringify(json),
  );

function load(
  env: NodeJS.ProcessEnv = {},
  flags: { [Name in keyof Config]?: unknown } = {},
): Config {
  return loadConfig({
    env: { MAKEANYTHING_HOME: dataDir, ...env },
    flags,
    homeDir,
    workingDir: path.join(homeDir, "work"),
  });
}

/** The message of the ConfigError that `run` throws. */
function errorOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("no ConfigError was thrown");
}

describe("configuration", () => {
  test("has defaults for all", () => {
    const { modelDir, ...rest } = load();
    expect(existsSync(path.join(modelDir, "model.json"))).toBe(true);
    expect(rest).toEqual({
      dataDir,
      allowedFolders: ["Pictures", "Downloads", "Desktop", "data"].map((name) =>
        path.join(homeDir, name),
      ),
      previewBudgetBytes: 716_800,
      previewSidePx: 640,
      allowUrls: false,
      modelFolders: [],
      provider: "auto",
      queueLimit: 8,
      idleMinutes: 10,
      largeModelBytes: 2e9,
      logLevel: "info",
      variant: "auto",
      tiles: "auto",
      cacheThreshold: 0,
    });
  });

  test.each([
    ["linux", {}, "~/.local/share/makeanything"],
    ["linux", { XDG_DATA_HOME: "~/xdg" }, "~/xdg/makeanything"],
    ["linux", { XDG_DATA_HOME: "relative" }, "~/.local/share/makeanything"],
    ["darwin", {}, "~/Library/Application Support/makeanything"],
    ["win32", {}, "~/AppData/Local/makeanything/Data"],
    ["win32", { LOCALAPPDATA: "~/local" }, "~/local/makeanything/Data"],
  ] as const)("keeps its data in the platform's folder: %s %j", (platform, variables, place) => {
    const atHome = (text: string) => text.replace("~", homeDir);
    const env = Object.fromEntries(Object.entries(variables).map(([k, v]) => [k, atHome(v)]));
    expect(loadConfig({ env, homeDir, platform }).dataDir).toBe(path.normalize(atHome(place)));
  });

  test("is the file's, over it the environment's, over that the flags'", async () => {
    await writeConfig({ previewSidePx: 100, threads: 1, logLevel: "warn" });
    const env = { MAKEANYTHING_THREADS: "2", MAKEANYTHING_LOG_LEVEL: "error" };
    const config = load(env, { logLevel: "debug", threads: undefined });
    expect(config).toMatchObject({ previewSidePx: 100, threads: 2, logLevel: "debug" });
  });

  test("takes the data folder from the flag, and its config.json", async () => {
    await writeConfig({ previewSidePx: 100 });
    const config = load({ MAKEANYTHING_HOME: path.join(homeDir, "other") }, { dataDir: "../data" });
    expect(config).toMatchObject({ dataDir, previewSidePx: 100 });
  });

  test("makes paths absolute: the file's from its folder, others from the working folder, ~ from home", async () => {
    await writeConfig({ modelDir: "model", allowedFolders: ["~/shots", "/srv"] });
    expect(load()).toMatchObject({
      modelDir: path.join(dataDir, "model"),
      allowedFolders: [path.join(homeDir, "shots"), "/srv", dataDir],
    });
    const list = ["~", "in", ""].join(path.delimiter);
    expect(load({ MAKEANYTHING_ALLOWED_FOLDERS: list }, { modelDir: "m" })).toMatchObject({
      modelDir: path.join(homeDir, "work", "m"),
      allowedFolders: [homeDir, path.join(homeDir, "work", "in"), dataDir],
    });
  });

  test("allows the data folder always, and once", async () => {
    await writeConfig({ allowedFolders: [dataDir, "/srv"] });
    expect(load().allowedFolders).toEqual([dataDir, "/srv"]);
  });

  test("switches addresses of the web on in words or in JSON", async () => {
    expect(load({ MAKEANYTHING_ALLOW_URLS: "true" }).allowUrls).toBe(true);
    await writeConfig({ allowUrls: true });
    expect(load().allowUrls).toBe(true);
    expect(load({ MAKEANYTHING_ALLOW_URLS: "false" }).allowUrls).toBe(false);
  });

  test("takes a share as a number or in digits", async () => {
    expect(load({ MAKEANYTHING_CACHE_THRESHOLD: ".12" }).cacheThreshold).toBe(0.12);
    await writeConfig({ cacheThreshold: 0.1 });
    expect(load().cacheThreshold).toBe(0.1);
  });

  test("takes an empty variable for none", () => {
    expect(load({ MAKEANYTHING_THREADS: "", MAKEANYTHING_MODEL: "" })).toEqual(load());
  });

  test.each([
    ["previewSidePx", "2001", /previewSidePx in .* an integer from 64 to 2000, in px, got "2001"/],
    ["previewSidePx", 64.5, /an integer/],
    ["threads", "two", /threads in .* an integer from 1 to 256, got "two"/],
    ["threads", "1e2", /an integer/],
    ["threads", null, /an integer.*got null/],
    ["allowUrls", "yes", /allowUrls in .* true or false, got "yes"/],
    ["tiles", "on", /tiles in .* one of auto, off, got "on"/],
    ["cacheThreshold", "1e-1", /cacheThreshold in .* a number from 0 to 1/],
    ["cacheThreshold", 1.5, /a number from 0 to 1/],
    ["logLevel", "loud", /one of trace, debug, info/],
    ["modelDir", 7, /modelDir in .* a folder/],
    ["allowedFolders", [""], /a list of folders/],
  ])("names field, source and form of a wrong value: %s %j", async (name, value, message) => {
    await writeConfig({ [name]: value });
    const fromFile = errorOf(load);
    expect(fromFile).toMatch(message);
    expect(fromFile).toContain(path.join(dataDir, "config.json"));
    expect(errorOf(() => load({}, { [name]: value }))).toMatch(/in the flags must be/);
  });

  test("names the variable of a wrong value", () => {
    const message = errorOf(() => load({ MAKEANYTHING_THREADS: "0" }));
    expect(message).toContain("threads in the variable MAKEANYTHING_THREADS must be an integer");
  });

  test.each([
    [{ previewsidepx: 1 }, /unknown key "previewsidepx"; did you mean previewSidePx\?/],
    [{ thread: 1 }, /did you mean threads\?/],
    [{ zzz: 1 }, /unknown key "zzz"; known are modelDir, modelFolders, allowedFolders/],
    [{ dataDir: "/x" }, /dataDir cannot be set .* MAKEANYTHING_HOME/],
    [[], /must hold one JSON object/],
    ["{ threads: 1 }", /cannot be read: .*JSON/],
  ])("refuses a config.json %j", async (json, message) => {
    await writeConfig(json);
    expect(errorOf(load)).toMatch(message);
  });

  test("honours the names that a Linux desktop gave the folders, and never takes home for one", async () => {
    await mkdir(path.join(homeDir, ".config"));
    await writeFile(
      path.join(homeDir, ".config", "user-dirs.dirs"),
      '# comment\nXDG_PICTURES_DIR="$HOME/Meine \\"Bilder\\""\nXDG_DESKTOP_DIR="$HOME/"\nXDG_DOWNLOAD_DIR="/srv/downloads"\nXDG_MUSIC_DIR="$HOME/Musik"\n',
    );
    expect(load().allowedFolders).toEqual([
      path.join(homeDir, 'Meine "Bilder"'),
      "/srv/downloads",
      dataDir,
    ]);
    const elsewhere = { XDG_CONFIG_HOME: path.join(homeDir, "none") };
    expect(load(elsewhere).allowedFolders).toContain(path.join(homeDir, "Desktop"));
  });
});

test("the package's root holds package.json", () => {
  expect(existsSync(path.join(packageRoot(), "package.json"))).toBe(true);
});
