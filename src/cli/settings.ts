// From argv and the environment to a configuration and an open context.
import { homedir } from "node:os";
import path from "node:path";
import { type Config, loadConfig, packageRoot } from "../config.js";
import { type Context, openContext } from "../procedures/index.js";
import type { EngineSettings } from "../workers/index.js";

/** The flags that every command knows. */
export interface Flags {
  dataDir?: string;
  modelDir?: string;
  allow?: string[];
  allowUrls?: boolean;
  threads?: string;
  provider?: string;
  variant?: string;
  tiles?: string;
  cacheThreshold?: string;
  logLevel?: string;
  previewBudgetBytes?: string;
  previewSidePx?: string;
}

export function configFrom({ allow, ...flags }: Flags): Config {
  return loadConfig({
    env: process.env,
    flags: { ...flags, allowedFolders: allow },
    homeDir: homedir(),
  });
}

/** How the engine runs models. */
export function engineSettings({ dataDir, ...config }: Config): EngineSettings {
  const { threads, provider, variant, tiles, cacheThreshold } = config;
  const cacheFolder = path.join(dataDir, "cache");
  return { threads, provider, variant, tiles, cacheThreshold, cacheFolder };
}

export function contextFrom(
  config: Config,
  options: { typedIn?: string; onLog?: (text: string) => void } = {},
): Promise<Context & { close(): Promise<void> }> {
  const { dataDir, modelDir, allowedFolders, allowUrls, nodePath } = config;
  const { idleMinutes, largeModelBytes } = config;
  return openContext({
    dataDir,
    modelDir,
    allowedFolders,
    allowUrls,
    nodePath,
    engine: { ...engineSettings(config), idleMs: 60_000 * idleMinutes, largeModelBytes },
    adaptersDir: path.join(packageRoot(), "adapters"),
    homeDir: homedir(),
    ...options,
  });
}
