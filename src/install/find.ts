// A place in a JSON file with comments and trailing commas; a file that is broken is refused with the place.
import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { InstallError } from "./error.js";

export interface Found {
  /** the innermost object on the path */
  object: Node;
  property?: Node;
  /** the names that are not there */
  missing: readonly string[];
}

/** Follows the names down from the root. Throws an InstallError where something else is in the way. */
export function find(text: string, path: readonly string[]): Found {
  let object = asObject(text, parse(text), "the file");
  for (const [i, name] of path.entries()) {
    const [property, second] = object.children!.filter(
      ({ children }) => children![0]!.value === name,
    );
    if (second) throw new InstallError(`"${name}" is there twice ${place(text, second.offset)}`);
    if (!property) return { object, missing: path.slice(i) };
    if (i === path.length - 1) return { object, property, missing: [] };
    object = asObject(text, property.children![1], `"${name}"`);
  }
  return { object, missing: [] };
}

/** The value at a path, if there is one. */
export function readProperty(text: string, path: readonly string[]): unknown {
  const { property } = find(text, path);
  return property && toValue(property.children![1]!);
}

function toValue(node: Node): unknown {
  if (node.type === "array") return node.children!.map(toValue);
  if (node.type !== "object") return node.value as unknown;
  return Object.fromEntries(
    node.children!.map(({ children }) => [children![0]!.value, toValue(children![1]!)]),
  );
}

function parse(text: string): Node | undefined {
  const errors: ParseError[] = [];
  // A byte order mark is part of the file, but not of JSON.
  const root = parseTree(text.replace(/^\uFEFF/, " "), errors, { allowTrailingComma: true });
  const [broken] = errors;
  if (!broken) return root;
  const { error, offset } = broken;
  throw new InstallError(
    `it is not valid JSON: ${printParseErrorCode(error)} ${place(text, offset)}`,
  );
}

function asObject(text: string, node: Node | undefined, what: string): Node {
  if (node?.type === "object") return node;
  throw new InstallError(`${what} is not an object ${place(text, node?.offset ?? 0)}`);
}

function place(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `in line ${before.length}, column ${before.at(-1)!.length + 1}; mend it first`;
}
