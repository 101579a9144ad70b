// Configuration: defaults, then config.json in the data folder, then the environment, then flags.
// Every value goes through the same form, whichever way it came.
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import {
  anyPath,
  ConfigError,
  type Field,
  folders,
  integer,
  type Resolve,
  share,
  yesOrNo,
} from "./config-field.js";
import { HTTP_FIELDS, type HttpConfig } from "./http-config.js";
import { nearest } from "./nearest.js";
import { dataFolder, userFolders } from "./user-folders.js";

export { ConfigError };
export { SECRET_VARIABLES, tokensOf } from "./http-config.js";

export interface Config extends HttpConfig {
  /** holds config.json and the procedures */
  dataDir: string;
  /** a model folder with `model.json` */
  modelDir: string;
  /** folders in which weights are looked for, beside the usual ones */
  modelFolders: string[];
  /** folders that tools may read pictures from; the data folder is always one */
  allowedFolders: string[];
  /** whether tools may fetch pictures from `https` addresses */
  allowUrls: boolean;
  /** the most that one answer's previews may weigh, its texts counted in, in bytes */
  previewBudgetBytes: number;
  /** the longer side of a preview, in px, where the budget allows it */
  previewSidePx: number;
  /** how many procedures may wait to be made while one is */
  queueLimit: number;
  /** the engine ends after so many minutes without work */
  idleMinutes: number;
  /** a model whose weights weigh more is held by one process of a user at a time, in bytes */
  largeModelBytes: number;
  /** processor threads of the engine; undefined: as many as there are cores */
  threads?: number | undefined;
  /** what computes; `auto`: the processor, or for a large model an accelerator that passed its test */
  provider: z.infer<typeof provider>;
  /** the way a model is run in, of the engine's table */
  variant: z.infer<typeof variant>;
  /** whether the autoencoder works in overlapping tiles where memory is short */
  tiles: z.infer<typeof tiles>;
  /** steps that begin so nearly like an earlier one reuse what it computed; 0: none */
  cacheThreshold: number;
  /** the Node that runs the children, where this process's own cannot; a bundle brings one */
  nodePath?: string | undefined;
  logLevel: z.infer<typeof logLevel>;
}

export interface ConfigSources {
  env: NodeJS.ProcessEnv;
  /** by field name; undefined where a flag was not given */
  flags?: { [Name in keyof Config]?: unknown };
  homeDir: string;
  platform?: NodeJS.Platform;
  /** what relative paths in flags and environment are relative to */
  workingDir?: string;
}

const CONFIG_FILE = "config.json";
const provider = z.enum(["auto", "cuda", "webgpu", "cpu"]);
const variant = z.enum(["auto", "cuda-bf16", "cuda-fp8", "cuda-8bit", "webgpu-f16", "webgpu-8bit",
  "webgpu-4bit", "webgpu-f32", "cpu", "cpu-8bit", "cpu-4bit"]); // prettier-ignore
const tiles = z.enum(["auto", "off"]);
const logLevel = z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]);

const FIELDS: { [Name in keyof Config]-?: Field } = {
  dataDir: { env: "MAKEANYTHING_HOME", schema: anyPath, form: "a folder" },
  modelDir: { env: "MAKEANYTHING_MODEL", schema: anyPath, form: "a folder with model.json" },
  modelFolders: {
    env: "MAKEANYTHING_MODEL_FOLDERS",
    schema: folders,
    form: `a list of folders (in a variable separated by "${path.delimiter}")`,
  },
  allowedFolders: {
    env: "MAKEANYTHING_ALLOWED_FOLDERS",
    schema: folders,
    form: `a list of folders (in a variable separated by "${path.delimiter}")`,
  },
  allowUrls: { env: "MAKEANYTHING_ALLOW_URLS", schema: yesOrNo, form: "true or false" },
  previewBudgetBytes: {
    env: "MAKEANYTHING_PREVIEW_BUDGET_BYTES",
    schema: integer(10_000, 5_000_000),
    form: "an integer from 10000 to 5000000, in bytes",
  },
  previewSidePx: {
    env: "MAKEANYTHING_PREVIEW_SIDE_PX",
    schema: integer(64, 2000),
    form: "an integer from 64 to 2000, in px",
  },
  queueLimit: {
    env: "MAKEANYTHING_QUEUE_LIMIT",
    schema: integer(1, 1000),
    form: "an integer from 1 to 1000",
  },
  idleMinutes: {
    env: "MAKEANYTHING_IDLE_MINUTES",
    schema: integer(1, 10_000),
    form: "an integer from 1 to 10000, in minutes",
  },
  largeModelBytes: {
    env: "MAKEANYTHING_LARGE_MODEL_BYTES",
    schema: integer(0, Number.MAX_SAFE_INTEGER),
    form: "an integer from 0, in bytes",
  },
  threads: {
    env: "MAKEANYTHING_THREADS",
    schema: integer(1, 256),
    form: "an integer from 1 to 256",
  },
  provider: {
    env: "MAKEANYTHING_PROVIDER",
    schema: () => provider,
    form: `one of ${provider.options.join(", ")}`,
  },
  variant: {
    env: "MAKEANYTHING_VARIANT",
    schema: () => variant,
    form: `one of ${variant.options.join(", ")}`,
  },
  tiles: {
    env: "MAKEANYTHING_TILES",
    schema: () => tiles,
    form: `one of ${tiles.options.join(", ")}`,
  },
  cacheThreshold: {
    env: "MAKEANYTHING_CACHE_THRESHOLD",
    schema: share,
    form: "a number from 0 to 1",
  },
  nodePath: { env: "MAKEANYTHING_NODE", schema: anyPath, form: "a path of Node" },
  logLevel: {
    env: "MAKEANYTHING_LOG_LEVEL",
    schema: () => logLevel,
    form: `one of ${logLevel.options.join(", ")}`,
  },
  ...HTTP_FIELDS,
};
const NAMES = Object.keys(FIELDS) as (keyof Config)[];

/** Throws a ConfigError that names the field, where it came from and its form. */
export function loadConfig(sources: ConfigSources): Config {
  const { env, flags = {}, homeDir } = sources;
  const { platform = process.platform, workingDir = process.cwd() } = sources;
  const variables = Object.fromEntries(NAMES.map((name) => [name, env[FIELDS[name].env]]));
  const resolve = resolveFrom(workingDir, homeDir);
  const typed = {
    ...readFields(variables, (name) => `the variable ${FIELDS[name].env}`, resolve),
    ...readFields(flags, () => "the flags", resolve),
  };
  const dataDir = typed.dataDir ?? dataFolder(env, homeDir, platform);
  const given = { ...readConfigFile(path.join(dataDir, CONFIG_FILE), homeDir), ...typed };
  const { allowedFolders = userFolders(env, homeDir) } = given;
  return {
    modelDir: embeddedModel(),
    modelFolders: [],
    allowUrls: false,
    previewBudgetBytes: 700 * 1024,
    previewSidePx: 640,
    queueLimit: 8,
    idleMinutes: 10,
    largeModelBytes: 2e9,
    provider: "auto",
    variant: "auto",
    tiles: "auto",
    cacheThreshold: 0,
    logLevel: "info",
    ...given,
    dataDir,
    // Always the data folder too: a path that this program has answered with must be one it takes.
    allowedFolders: [...new Set([...allowedFolders, dataDir])],
  };
}

/** The folder with `adapters` and `models`; built files lie in its `dist/src`. */
export function packageRoot(): string {
  return path.resolve(fileURLToPath(import.meta.url), "../../..");
}

/** The model that everybody has. */
export function embeddedModel(): string {
  return path.join(packageRoot(), "models", "embedded");
}

function readConfigFile(file: string, homeDir: string): Partial<Config> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new ConfigError(`${file}: cannot be read: ${(error as Error).message}`);
  }
  const object = z.record(z.string(), z.unknown()).safeParse(json);
  if (!object.success) throw new ConfigError(`${file}: must hold one JSON object`);
  const allowed = NAMES.filter((name) => name !== "dataDir");
  for (const key of Object.keys(object.data)) checkKey(key, allowed, file);
  return readFields(object.data, () => file, resolveFrom(path.dirname(file), homeDir));
}

function checkKey(key: string, allowed: string[], file: string): void {
  if (allowed.includes(key)) return;
  if (key === "dataDir")
    throw new ConfigError(
      `${file}: dataDir cannot be set in the folder it names; use ${FIELDS.dataDir.env} or the flag`,
    );
  const meant = nearest(key, allowed);
  const hint = meant ? `did you mean ${meant}?` : `known are ${allowed.join(", ")}`;
  throw new ConfigError(`${file}: unknown key ${JSON.stringify(key.slice(0, 60))}; ${hint}`);
}

/** The fields that `values` has, each in its form. An empty string is no value. */
function readFields(
  values: { [Name in keyof Config]?: unknown },
  sourceOf: (name: keyof Config) => string,
  resolve: Resolve,
): Partial<Config> {
  const fields: Record<string, unknown> = {};
  for (const name of NAMES) {
    const value = values[name];
    if (value === undefined || value === "") continue;
    const { schema, form, isSecret = false } = FIELDS[name];
    const parsed = schema(resolve).safeParse(value);
    const got = isSecret ? "" : `, got ${JSON.stringify(value).slice(0, 100)}`;
    if (!parsed.success)
      throw new ConfigError(`${name} in ${sourceOf(name)} must be ${form}${got}`);
    fields[name] = parsed.data;
  }
  return fields;
}

function resolveFrom(baseDir: string, homeDir: string): Resolve {
  return (place) =>
    path.resolve(
      baseDir,
      place.replace(/^~(?=[/\\]|$)/, () => homeDir),
    );
}
