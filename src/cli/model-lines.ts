// A model of the catalogue, told in two lines.
import { type Model, sayBytes } from "../models/index.js";

export interface ListedModel extends Model {
  isHere: boolean;
  /** of a fetch that did not come to its end */
  partlyBytes: number;
}

export function tellModel(model: ListedModel): string {
  const { id, what, aboutBytes, repository, licence, isGated, parts = [], on = [] } = model;
  const size = aboutBytes === undefined ? "" : sayBytes(aboutBytes);
  const terms = [
    repository,
    isGated ? "gated" : "",
    licence ?? "licence: see there",
    parts.length === 0 ? "" : `comes with ${parts.join(", ")}`,
    on.length === 0 ? "" : `works on ${on.join(" or ")}`,
  ].filter((term) => term !== "");
  return `${id.padEnd(34)} ${size.padStart(7)}  ${state(model).padEnd(14)} ${what}\n    ${terms.join("; ")}`;
}

function state({ isHere, partlyBytes }: ListedModel): string {
  if (isHere) return "here";
  return partlyBytes === 0 ? "" : `${sayBytes(partlyBytes)} there`;
}
