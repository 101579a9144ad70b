// Muon's matrix products on the runtime: one session for each shape of matrix.
import { remember } from "../memory.js";
import { openGraph, type Session } from "../runtime/session.js";
import { newtonSchulzGraph } from "./newton-schulz.js";

export type Orthogonalize = (
  matrix: Float32Array,
  rows: number,
  columns: number,
) => Promise<Float32Array>;

export function createOrthogonalizer(): Orthogonalize {
  const sessions = new Map<string, Promise<Session>>();
  return async (data, rows, columns) => {
    const session = await remember(sessions, `${rows} x ${columns}`, () =>
      openGraph(newtonSchulzGraph(rows, columns)),
    );
    const { orthogonal } = await session.run({ matrix: { data, dims: [rows, columns] } });
    return orthogonal!;
  };
}
