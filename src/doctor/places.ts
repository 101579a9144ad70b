// Where weights usually lie: ComfyUI's folders, the hub's cache, what was fetched here, and the folders that
// the configuration names.
import path from "node:path";
import type { Purpose } from "./world.js";

export interface Place {
  what: "ComfyUI" | "hub cache" | "data folder" | "model folder";
  path: string;
  /** what is looked through; the whole place where nothing is given */
  folders?: { path: string; meantFor?: readonly Purpose[] }[];
}

export interface PlacesOptions {
  env: NodeJS.ProcessEnv;
  homeDir: string;
  platform: NodeJS.Platform;
  /** of the hub */
  cacheDir: string;
  dataDir: string;
  /** of the configuration */
  modelFolders: readonly string[];
}

const COMFYUI: Record<string, readonly Purpose[]> = {
  diffusion_models: ["transformer"],
  unet: ["transformer"],
  checkpoints: ["transformer"],
  vae: ["autoencoder"],
  text_encoders: ["t5", "clip"],
  clip: ["t5", "clip"],
  loras: ["lora"],
};

export function placesOf(options: PlacesOptions): Place[] {
  const { cacheDir, dataDir, modelFolders } = options;
  return [
    ...modelFolders.map((folder): Place => ({ what: "model folder", path: folder })),
    { what: "data folder", path: path.join(dataDir, "loras") },
    ...comfyFolders(options).map(comfyPlace),
    { what: "hub cache", path: cacheDir },
  ];
}

/** Where its installers, its desktop application, its command line and hosts of machines put it. */
function comfyFolders({ env, homeDir, platform }: PlacesOptions): string[] {
  const own = env["COMFYUI_PATH"] ? [path.resolve(env["COMFYUI_PATH"])] : [];
  const home = ["ComfyUI", "Documents/ComfyUI", "comfy/ComfyUI", "Documents/comfy/ComfyUI"];
  const portable = "ComfyUI_windows_portable/ComfyUI";
  const others =
    platform === "win32"
      ? [
          path.join(env["SystemDrive"] ?? "C:", "/", portable),
          ...["Downloads", "Desktop"].map((folder) => path.join(homeDir, folder, portable)),
        ]
      : platform === "linux"
        ? ["/workspace/ComfyUI", "/opt/ComfyUI"]
        : [];
  return [...new Set([...own, ...home.map((name) => path.join(homeDir, name)), ...others])];
}

function comfyPlace(root: string): Place {
  const models = Object.entries(COMFYUI).map(([name, meantFor]) => ({
    path: path.join(root, "models", name),
    meantFor,
  }));
  const tokenizers = { path: path.join(root, "comfy", "text_encoders", "t5_tokenizer") };
  return { what: "ComfyUI", path: root, folders: [...models, tokenizers] };
}
