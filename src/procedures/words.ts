// Words from outside, made fit for a caption, a prompt or a message.

/** On one line, without control characters, halves of characters, and marks that turn the way of writing. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069\s]+/gu, " ").trim();
}

/** Cuts at the last comma, or else the last word's border, unless that leaves too little. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, ""); // no half of a pair
  const comma = Math.max(cut.lastIndexOf(", "), cut.lastIndexOf("，"));
  const border = comma > length / 3 ? comma : cut.lastIndexOf(" ");
  return `${(border > length / 3 ? cut.slice(0, border) : cut).replace(/[\s.,;:]+$/, "")}…`;
}

/** A name as folders and models have it: “Ink painting” is ink_painting. */
export function slugOf(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, "_");
}

/** What an error says. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
