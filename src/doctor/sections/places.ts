// Where it was looked.
import type { Line, Section } from "../diagnosis.js";
import type { World } from "../world.js";

export function placesSection({ places }: Pick<World, "places">): Section {
  const there = places.filter(({ isThere }) => isThere);
  const has = (what: string) => there.some((place) => place.what === what);
  const named = places.filter(({ what, isThere }) => what === "model folder" && !isThere);
  return {
    title: "Looked in",
    lines: [
      ...there.map(({ what, path }): Line => ({ state: "ok", what, words: "", path })),
      ...named.map(({ what, path }): Line => ({ state: "missing", what, words: "", path })),
      ...absent("ComfyUI", !has("ComfyUI"), "not in the usual places; COMFYUI_PATH names another"),
      ...absent("hub cache", !has("hub cache"), "none yet; HF_HOME names another"),
      ...absent("model folder", !places.some(({ what }) => what === "model folder"), "none named; modelFolders in config.json names some"),
    ],
  };
} // prettier-ignore

const absent = (what: string, isAbsent: boolean, hint: string): Line[] =>
  isAbsent ? [{ state: "no", what, words: hint }] : [];
