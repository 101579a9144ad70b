// Configuration: defaults, then config.json in the data folder, then the environment, then flags.
// Every value goes through the same form, whichever way it came.
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { nearest } from "./nearest.js";
import { dataFolder, userFolders } from "./user-folders.js";

export interface Config {
  /** holds config.json and the procedures */
  dataDir: string;
  /** a model folder with `model.json` */
  modelDir: string;
  /** folders that tools may read pictures from; the data folder is always one */
  allowedFolders: string[];
  /** the most that one answer's previews may weigh, its texts counted in, in bytes */
  previewBudgetBytes: number;
  /** the longer side of a preview, in px, where the budget allows it */
  previewSidePx: number;
  /** processor threads of the engine; undefined: as many as there are cores */
  threads?: number | undefined;
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

/** A field that does not have its form, or a config.json that cannot be read. */
export class ConfigError extends Error {
  override name = "ConfigError";
  readonly code = "bad_config";
}

const CONFIG_FILE = "config.json";
const logLevel = z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]);

/** Makes a path absolute; what it is relative to depends on where it was written. */
type Resolve = (place: string) => string;

interface Field {
  /** its environment variable */
  env: string;
  schema: (resolve: Resolve) => z.ZodType;
  /** the schema in words */
  form: string;
}

const integer = (least: number, most: number) => () => {
  const digits = z.string().regex(/^\d+$/).transform(Number);
  return z.union([z.number(), digits]).pipe(z.int().min(least).max(most));
};
const folder = (resolve: Resolve) =>
  z
    .string()
    .min(1)
    .regex(/^[^\0]*$/)
    .transform(resolve);
const folders = (resolve: Resolve) => {
  const list = z.string().transform((text) => text.split(path.delimiter).filter(Boolean));
  return z.union([list, z.array(z.string())]).pipe(z.array(folder(resolve)));
};

const FIELDS: { [Name in keyof Config]-?: Field } = {
  dataDir: { env: "MAKEANYTHING_HOME", schema: folder, form: "a folder" },
  modelDir: { env: "MAKEANYTHING_MODEL", schema: folder, form: "a folder with model.json" },
  allowedFolders: {
    env: "MAKEANYTHING_ALLOWED_FOLDERS",
    schema: folders,
    form: `a list of folders (in a variable separated by "${path.delimiter}")`,
  },
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
  threads: {
    env: "MAKEANYTHING_THREADS",
    schema: integer(1, 256),
    form: "an integer from 1 to 256",
  },
  logLevel: {
    env: "MAKEANYTHING_LOG_LEVEL",
    schema: () => logLevel,
    form: `one of ${logLevel.options.join(", ")}`,
  },
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
    modelDir: path.join(packageRoot(), "models", "embedded"),
    previewBudgetBytes: 700 * 1024,
    previewSidePx: 640,
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
    const { schema, form } = FIELDS[name];
    const parsed = schema(resolve).safeParse(value);
    if (!parsed.success)
      throw new ConfigError(
        `${name} in ${sourceOf(name)} must be ${form}, got ${JSON.stringify(value).slice(0, 100)}`,
      );
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
