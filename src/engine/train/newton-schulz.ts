// The matrix with the singular vectors of another and singular values near 1, from products alone: five
// rounds of X ← aX + (bXXᵀ + c(XXᵀ)²)X. The quintic is Jordan et al.'s (Muon, 2024): steep at 0, it
// brings whatever is above 0.2 % of the norm to between 0.68 and 1.21, which serves as well as 1.
import { Graph, type Value } from "../graph/index.js";

const [a, b, c] = [3.4445, -4.775, 2.0315];
const rounds = 5;

/** `matrix` [rows, columns] → `orthogonal` [rows, columns]; zeros stay zeros. */
export function newtonSchulzGraph(rows: number, columns: number): Graph {
  const g = new Graph();
  const matrix = g.input("matrix", "F32", [rows, columns]);
  const norm = g.op("ReduceL2", [matrix], { keepdims: 0 }); // Frobenius: no singular value is larger
  let x = g.op("Div", [matrix, g.op("Add", [norm, g.floats([1e-30], [])])]);
  const round = rows > columns ? tallRound : wideRound;
  for (let i = 0; i < rounds; i++) x = round(g, x);
  g.output("orthogonal", x);
  return g;
}

function wideRound(g: Graph, x: Value): Value {
  const square = g.op("Gemm", [x, x], { transB: 1 }); // [rows, rows]
  return gemm(g, polynomial(g, square), x, x, { alpha: 1, beta: a });
}

/** The same round of the transpose, on the shorter side's square, with nothing transposed. */
function tallRound(g: Graph, x: Value): Value {
  const square = g.op("Gemm", [x, x], { transA: 1 }); // [columns, columns]
  return gemm(g, x, polynomial(g, square), x, { alpha: 1, beta: a });
}

/** bS + cS² */
function polynomial(g: Graph, square: Value): Value {
  return gemm(g, square, square, square, { alpha: c, beta: b });
}

/** alpha · left · right + beta · added */
function gemm(
  g: Graph,
  left: Value,
  right: Value,
  added: Value,
  { alpha, beta }: { alpha: number; beta: number },
): Value {
  return g.op("Gemm", [left, right, added], { alpha: { float: alpha }, beta: { float: beta } });
}
