// From the word somebody typed to what of the catalogue it means.
import { CATALOGUE, type Model } from "./catalogue.js";
import { ModelsError } from "./error.js";
import { nearest } from "../nearest.js";

/** Throws `unknown_model`, with what may have been meant. */
export function findModel(id: string): Model {
  const model = CATALOGUE.find((one) => one.id === id);
  if (model !== undefined) return model;
  const ids = CATALOGUE.map((one) => one.id);
  const meant = nearest(id, ids);
  const hint = meant ? `did you mean ${meant}?` : `known are ${ids.join(", ")}`;
  throw new ModelsError("unknown_model", `no model is called “${id.slice(0, 60)}”; ${hint}`);
}

/** The model, and what it cannot run without. */
export function withParts(model: Model): Model[] {
  return [model, ...(model.parts ?? []).map(findModel)];
}
