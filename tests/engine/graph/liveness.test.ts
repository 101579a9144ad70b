import { describe, expect, test } from "vitest";
import { Graph, inferShapes, type Value } from "#src/engine/graph/index.js";
import { peakActivationBytes, type LivenessOptions } from "#src/engine/graph/liveness.js";

const WIDTH = 100;

/** Peak of what `build` makes of an input of 100 numbers, counted in single numbers. */
function peakOf(
  build: (g: Graph, x: Value) => Value,
  options: Pick<LivenessOptions, "workspaceOf"> = {},
): number {
  const g = new Graph();
  g.output("y", build(g, g.input("x", "F32", [1, WIDTH])));
  return peakActivationBytes(g, { known: inferShapes(g), bytesOf: () => 1, ...options });
}

const after = (g: Graph, op: string, x: Value) => g.op(op, [x]);

describe("the peak counts", () => {
  test("a chain: one value and the next", () => {
    const chain = (g: Graph, x: Value) =>
      ["Neg", "Exp", "Tanh", "Sigmoid"].reduce((y, op) => after(g, op, y), x);
    expect(peakOf(chain)).toBe(2 * WIDTH);
  });

  test("what is needed again later, all the way", () => {
    const kept = (g: Graph, x: Value) => {
      const early = after(g, "Neg", x);
      const late = after(g, "Tanh", after(g, "Exp", after(g, "Abs", early)));
      return g.op("Concat", [early, late], { axis: 1 });
    };
    expect(peakOf(kept)).toBe(4 * WIDTH); // two, and both of them joined
  });

  test("another view of the same numbers once", () => {
    const viewed = (g: Graph, x: Value) => g.op("Reshape", [after(g, "Neg", x), g.ints([WIDTH])]);
    expect(peakOf(viewed)).toBe(WIDTH);
  });

  test("a buffer until the last of its views is gone", () => {
    const viewed = (g: Graph, x: Value) => {
      const view = g.op("Reshape", [after(g, "Neg", x), g.ints([WIDTH, 1])]);
      const side = after(g, "Exp", after(g, "Abs", g.input("side", "F32", [WIDTH, 1])));
      return g.op("Concat", [view, side], { axis: 1 });
    };
    expect(peakOf(viewed)).toBe(4 * WIDTH);
  });

  test("a sum over an operand that nobody needs any more once, and else anew", () => {
    const sum = (g: Graph, x: Value) => g.op("Add", [after(g, "Neg", x), g.floats([1])]);
    expect(peakOf(sum)).toBe(WIDTH);
    const needed = (g: Graph, x: Value) => {
      const y = after(g, "Neg", x);
      return g.op("Sub", [g.op("Add", [y, g.floats([1])]), y]);
    };
    expect(peakOf(needed)).toBe(2 * WIDTH);
  });

  test("outputs that nobody takes only while they are made", () => {
    const split = (g: Graph, x: Value) =>
      after(g, "Neg", g.split(after(g, "Abs", x), 1, [90, 10])[1]!);
    expect(peakOf(split)).toBe(2 * WIDTH);
  });

  test("what a node needs beside them", () => {
    const workspaceOf = ({ op }: { op: string }) => (op === "Exp" ? 1000 : 0);
    expect(peakOf((g, x) => after(g, "Exp", x), { workspaceOf })).toBe(WIDTH + 1000);
  });
});
