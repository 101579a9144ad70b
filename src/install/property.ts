// One property of a JSON file with comments, set or removed; every other byte stays. (jsonc-parser's own
// `modify` lays out the lines around it anew, and takes comments along.)
import { applyEdits, createScanner, type Edit, type Node } from "jsonc-parser";
import { find } from "./find.js";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Sets a property, making the objects on the way. Throws an InstallError where the text is broken. */
export function setProperty(text: string, path: readonly string[], value: Json): string {
  const { object, property, missing } = find(text, path);
  if (property) {
    const { offset, length } = property.children![1]!;
    const content = write(value, text, lineIndent(text, property.offset));
    return applyEdits(text, [{ offset, length, content }]);
  }
  const [key, ...inner] = missing;
  const nested = inner.reduceRight<Json>((within, name) => ({ [name]: within }), value);
  return applyEdits(text, [insertion(text, object, key!, nested)]);
}

/** Removes a property and the comma it needed. Throws an InstallError where the text is broken. */
export function removeProperty(text: string, path: readonly string[]): string {
  const { object, property } = find(text, path);
  if (!property) return text;
  const siblings = object.children!;
  const before = siblings[siblings.indexOf(property) - 1];
  const end = endOf(property);
  const reach = /^\s*,/.exec(text.slice(end))?.[0].length;
  const edits = [lines(text, property.offset, end + (reach ?? 0))];
  if (reach === undefined) {
    // The comma comes behind a comment, or it is the one before a last property.
    const comma = commaAfter(text, end) ?? (before && commaAfter(text, endOf(before)));
    if (comma !== undefined) edits.push({ offset: comma, length: 1, content: "" });
  }
  const edited = applyEdits(text, edits);
  const around = find(edited, path.slice(0, -1)).property?.children![1];
  if (!around || edited.slice(around.offset + 1, endOf(around) - 1).trim() !== "") return edited;
  const { offset, length } = around;
  return applyEdits(edited, [{ offset, length, content: "{}" }]);
}

/** A new property comes first: so it adds a text and changes no line that is there. */
function insertion(text: string, object: Node, key: string, value: Json): Edit {
  const [first] = object.children!;
  const start = object.offset + 1;
  const inner = text.slice(start, first?.offset ?? endOf(object) - 1);
  if (first ? !inner.includes("\n") : object.parent && !text.trim().includes("\n")) {
    const [colon, comma] = inner === "" ? [":", ","] : [": ", ", "];
    const entry = compact({ [key]: value }, colon, comma).slice(1, -1);
    return { offset: first?.offset ?? start, length: 0, content: entry + (first ? comma : "") };
  }
  const outside = lineIndent(text, object.offset);
  const indent = first ? lineIndent(text, first.offset) : outside + unitOf(text);
  const entry = `${eolOf(text)}${indent}${JSON.stringify(key)}: ${write(value, text, indent)}`;
  if (!first && inner.trim() === "")
    return { offset: start, length: inner.length, content: entry + eolOf(text) + outside };
  // Comments behind the brace are about the object.
  const { length } = /^(?:[ \t]|\/\/[^\r\n]*|\/\*(?:(?!\*\/)[^\r\n])*\*\/)*/.exec(inner)![0];
  return { offset: start + length, length: 0, content: entry + (first ? "," : "") };
}

function compact(value: Json, colon: string, comma: string): string {
  if (Array.isArray(value)) return `[${value.map((v) => compact(v, colon, comma)).join(comma)}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([key, inner]) => JSON.stringify(key) + colon + compact(inner, colon, comma),
  );
  return `{${entries.join(comma)}}`;
}

function write(value: Json, text: string, indent: string): string {
  return JSON.stringify(value, null, unitOf(text)).replaceAll("\n", eolOf(text) + indent);
}

/** From `start` to `end`, and the line they stand on where nothing else does. */
function lines(text: string, start: number, end: number): Edit {
  const before = /(?:\r?\n)?[ \t]*$/.exec(text.slice(0, start))![0].length;
  const alone = /^\r?\n/.test(text.slice(start - before)) && /^[ \t]*\r?\n/.test(text.slice(end));
  if (alone) return { offset: start - before, length: end - start + before, content: "" };
  const after = /^ */.exec(text.slice(end))![0].length;
  return { offset: start, length: end - start + after, content: "" };
}

/** Where the next comma is, if it is what follows but for blanks and comments. */
function commaAfter(text: string, offset: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(offset);
  scanner.scan();
  const found = scanner.getTokenOffset();
  return text[found] === "," ? found : undefined;
}

function endOf({ offset, length }: Node): number {
  return offset + length;
}

function lineIndent(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))![0];
}

function unitOf(text: string): string {
  return /^[ \t]+(?=")/m.exec(text)?.[0] ?? "  ";
}

function eolOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}
