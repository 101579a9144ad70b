// Names with weights, in every form that models and people write them: "lego", "lego:0.6, sketch:0.4",
// { lego: 0.6 }, [{ name: "lego", weight: 0.6 }], and JSON of these.
import { parseJson, toNumber } from "./loose.js";

export interface Weighted {
  name: string;
  weight?: number | undefined;
}

/** Undefined where it is none of these. */
export function weightedList(value: unknown): Weighted[] | undefined {
  const given = typeof value === "string" ? (parseJson(value) ?? value) : value;
  if (typeof given === "string") return split(given);
  const lists = Array.isArray(given) ? given.map(itemOf) : [itemOf(given)];
  return lists.every((list) => list !== undefined) ? lists.flat() : undefined;
}

function itemOf(item: unknown): Weighted[] | undefined {
  if (typeof item === "string") return split(item);
  if (typeof item !== "object" || item === null || Array.isArray(item)) return undefined;
  const { name, weight, ...rest } = item as Record<string, unknown>;
  const pairs =
    typeof name === "string" && Object.keys(rest).length === 0
      ? [[name, weight] as const]
      : Object.entries(item);
  const weighted = pairs.map(([key, text]) => ({ name: key, weight: weightOf(text) }));
  return weighted.every(isRead) ? weighted : undefined;
}

/** Names hold no comma and no colon. */
function split(text: string): Weighted[] | undefined {
  const weighted = text.split(",").map((part) => {
    const [name = "", weight, ...rest] = part.split(":").map((word) => word.trim());
    return { name: rest.length > 0 ? "" : name, weight: weightOf(weight) };
  });
  return weighted.every(isRead) ? weighted : undefined;
}

function weightOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = typeof value === "string" ? toNumber(value.trim()) : value;
  return typeof number === "number" ? number : NaN;
}

const isRead = ({ name, weight }: Weighted): boolean => name !== "" && !Number.isNaN(weight);
