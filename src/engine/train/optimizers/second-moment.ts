// Running means of squares, by which updates are divided: in full, or for a matrix [rows, columns] in
// the memory of its sides: v[i, j] ≈ row[i] · column[j] / mean(row), where row and column are means over
// the other axis. Shazeer and Stern, Adafactor (2018), section 3.
import type { TrainingState } from "../state.js";

export interface SecondMoment {
  /** v ← beta · v + (1 − beta) · (values² + eps) */
  follow(values: Float32Array, eps: number, beta: number): void;
  /** quotient ← values / √v */
  divide(values: Float32Array, quotient: Float32Array): void;
}

export function fullMoment(state: TrainingState, name: string, length: number): SecondMoment {
  const means = state.tensor(name, length);
  return {
    follow(values, eps, beta) {
      for (let i = 0; i < length; i++)
        means[i] = beta * means[i]! + (1 - beta) * (values[i]! * values[i]! + eps);
    },
    divide(values, quotient) {
      for (let i = 0; i < length; i++) quotient[i] = values[i]! / Math.sqrt(means[i]!);
    },
  };
}

export function factoredMoment(
  state: TrainingState,
  name: string,
  [rows, columns]: readonly [number, number],
): SecondMoment {
  const rowMeans = state.tensor(`${name}.rows`, rows);
  const columnMeans = state.tensor(`${name}.columns`, columns);
  const ofColumns = new Float64Array(columns); // sums or factors of one pass
  return {
    follow(values, eps, beta) {
      ofColumns.fill(0);
      for (let i = 0, at = 0; i < rows; i++) {
        let sum = 0;
        for (let j = 0; j < columns; j++, at++) {
          const square = values[at]! * values[at]! + eps;
          sum += square;
          ofColumns[j]! += square;
        }
        rowMeans[i] = beta * rowMeans[i]! + ((1 - beta) * sum) / columns;
      }
      for (let j = 0; j < columns; j++)
        columnMeans[j] = beta * columnMeans[j]! + ((1 - beta) * ofColumns[j]!) / rows;
    },
    divide(values, quotient) {
      const meanOfRows = rowMeans.reduce((sum, mean) => sum + mean, 0) / rows;
      for (let j = 0; j < columns; j++) ofColumns[j] = 1 / Math.sqrt(columnMeans[j]!);
      for (let i = 0, at = 0; i < rows; i++) {
        const ofRow = Math.sqrt(meanOfRows / rowMeans[i]!);
        for (let j = 0; j < columns; j++, at++) quotient[at] = values[at]! * ofRow * ofColumns[j]!;
      }
    },
  };
}
