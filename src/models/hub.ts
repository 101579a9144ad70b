// Which hub, whose token, and which cache: the variables that the hub's own tools read, read as they do.
import { readFileSync } from "node:fs";
import path from "node:path";
import { ModelsError } from "./error.js";

export interface Hub {
  /** without a slash at its end */
  endpoint: string;
  /** holds `models--org--name` folders */
  cacheDir: string;
  token: string | undefined;
  /** nothing is asked; what is in the cache is all there is */
  isOffline: boolean;
  manner: Manner;
}

/** How requests are made. */
export interface Manner {
  /** ranges at once */
  connections: number;
  /** the most and the least that one request asks for, in bytes */
  mostBytes: number;
  leastBytes: number;
  /** how often what brings nothing is tried, and the wait after the first time, in ms; it doubles */
  tries: number;
  firstWaitMs: number;
  /** a longer wait that a server asks for is told instead of waited, in ms */
  longestWaitMs: number;
  /** a connection that is silent for so long is dead, in ms */
  stallMs: number;
}

const MANNER: Manner = {
  connections: 4,
  mostBytes: 64 * 2 ** 20,
  leastBytes: 2 ** 20,
  tries: 6,
  firstWaitMs: 1000,
  longestWaitMs: 300_000,
  stallMs: 30_000,
};
const TRUE = new Set(["1", "ON", "YES", "TRUE"]);

/** @param env - of it, HF_… and XDG_CACHE_HOME. Throws `bad_settings`. */
export function hubFrom(
  env: NodeJS.ProcessEnv,
  homeDir: string,
  manner: Partial<Manner> = {},
): Hub {
  const place = (text: string) => path.resolve(text.replace(/^~(?=[/\\]|$)/, () => homeDir));
  const caches = env["XDG_CACHE_HOME"] || path.join(homeDir, ".cache");
  const home = place(env["HF_HOME"] || path.join(caches, "huggingface"));
  const cache = env["HF_HUB_CACHE"] || env["HUGGINGFACE_HUB_CACHE"] || path.join(home, "hub");
  const tokenFile = place(env["HF_TOKEN_PATH"] || path.join(home, "token"));
  const token = env["HF_TOKEN"] || env["HUGGING_FACE_HUB_TOKEN"] || readOptional(tokenFile);
  return {
    endpoint: checkEndpoint(env["HF_ENDPOINT"] || "https://huggingface.co"),
    cacheDir: place(cache),
    token: checkToken(token.trim()),
    isOffline: TRUE.has((env["HF_HUB_OFFLINE"] ?? "").toUpperCase()),
    manner: { ...MANNER, ...manner },
  };
}

function checkEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "http:")
    return url.origin + url.pathname.replace(/\/+$/, "");
  throw new ModelsError(
    "bad_settings",
    "HF_ENDPOINT must be an address such as https://huggingface.co",
  );
}

/** A token is never shown, also not one that is none. */
function checkToken(token: string): string | undefined {
  if (/^[\x21-\x7e]*$/.test(token)) return token || undefined;
  throw new ModelsError(
    "bad_settings",
    "the token in HF_TOKEN or the hub's token file has characters that no token has; copy it again",
  );
}

function readOptional(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
