// What differentiation says when it cannot go on, and which gradients it leaves out.
import { expect, test } from "vitest";
import { Graph, type Value } from "#src/engine/graph/index.js";
import { addLossGradients } from "#src/engine/train/gradient-graph.js";

function gradientsOf(build: (g: Graph, x: Value) => Value): string[] {
  const g = new Graph();
  const x = g.input("x", "F32", [2, 3]);
  g.input("unused", "F32", [2, 3]);
  const sum = g.op("ReduceSum", [build(g, x)], { keepdims: 0 });
  addLossGradients(g, sum, { wrt: ["x", "unused"] });
  return g.outputs;
}

test.each<[what: string, build: (g: Graph, x: Value) => Value, message: string]>([
  ["an op without a rule", (g, x) => g.op("Cos", [x]), "no gradient is known for Cos"],
  [
    "an input that a rule passes nothing to",
    (g, x) => {
      const row = g.op("ReduceSum", [x, g.ints([0])]);
      const scale = g.op("Reshape", [row, g.ints([-1])]);
      const data = g.floats(new Float32Array(12), [1, 3, 4]);
      return g.op("InstanceNormalization", [data, scale, g.floats([0, 0, 0])], {
        epsilon: { float: 1e-6 },
      });
    },
    "InstanceNormalization passes no gradient to input 1",
  ],
  [
    "a sum along an axis that is dropped",
    (g, x) => g.op("ReduceSum", [x, g.ints([0])], { keepdims: 0 }),
    "must keep them",
  ],
  [
    "columns of a table",
    (g, x) => g.op("Gather", [x, g.ints([0])], { axis: 1 }),
    "the rows of a matrix alone",
  ],
])("%s is refused", (_, build, message) => {
  expect(() => gradientsOf(build)).toThrow(message);
});

test("what the loss does not depend on has no gradient", () => {
  expect(gradientsOf((g, x) => g.op("Exp", [x]))).toEqual(["grad.x"]);
  expect(gradientsOf((g) => g.floats([1, 2]))).toEqual([]);
});

test("whole numbers made of an input pass no gradient, and need no rule", () => {
  const sixNumbers = (g: Graph) => g.floats([1, 2, 3, 4, 5, 6]);
  expect(gradientsOf((g, x) => g.op("Reshape", [sixNumbers(g), g.op("Shape", [x])]))).toEqual([]);
});
