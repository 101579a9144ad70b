// The matrix with the singular vectors of another and singular values near 1, from products alone: five
// rounds of X ← (a + bXXᵀ + c(XXᵀ)²)X. The quintic is Jordan et al.'s (Muon, 2024): steep at 0, it
// brings whatever is above 0.2 % of the norm to between 0.68 and 1.21, which serves as well as 1.
// The rounds are made on S = XXᵀ, the square of the shorter side, and their product meets X once, at the
// end: for a matrix seven times as long as wide that is less than half the work.
import { Graph, type Value } from "../graph/index.js";

const [a, b, c] = [3.4445, -4.775, 2.0315];
const rounds = 5;

/** `matrix` [rows, columns] → `orthogonal` [rows, columns]; zeros stay zeros. */
export function newtonSchulzGraph(rows: number, columns: number): Graph {
  const g = new Graph();
  const matrix = g.input("matrix", "F32", [rows, columns]);
  const norm = g.op("ReduceL2", [matrix], { keepdims: 0 }); // Frobenius: no singular value is larger
  const x = g.op("Div", [matrix, g.op("Add", [norm, g.floats([1e-30], [])])]);
  const isTall = rows > columns;
  const product = ofRounds(g, g.op("Gemm", [x, x], isTall ? { transA: 1 } : { transB: 1 }));
  g.output("orthogonal", g.op("MatMul", isTall ? [x, product] : [product, x]));
  return g;
}

/** Fₙ … F₂F₁, where Fᵢ = a + bSᵢ + cSᵢ² and Sᵢ₊₁ = FᵢSᵢFᵢ. */
function ofRounds(g: Graph, first: Value): Value {
  const identity = g.op("Mul", [g.op("EyeLike", [first]), g.floats([a], [])]);
  const factorOf = (s: Value) =>
    g.op("Add", [identity, g.op("Gemm", [s, s, s], { alpha: { float: c }, beta: { float: b } })]);
  let s = first;
  let factor = factorOf(s);
  let product = factor;
  for (let i = 1; i < rounds; i++) {
    s = g.op("MatMul", [factor, g.op("MatMul", [s, factor])]);
    factor = factorOf(s);
    product = g.op("MatMul", [factor, product]);
  }
  return product;
}
