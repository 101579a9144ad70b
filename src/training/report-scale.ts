// Where numbers lie on an axis, and which of them get a label.

export interface Scale {
  /** from 0 at the low end to 1 at the high one; beyond it for numbers that the axis does not show */
  place(value: number): number;
  ticks: readonly number[];
}

/** Round numbers from the first on, about as many as asked for. */
export function linearScale(low: number, high: number, most: number): Scale {
  const range = high - low || Math.abs(high) || 1;
  const step = roundStep(range / most);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor((low + range) / step + 1e-9) - first + 1;
  return {
    place: (value) => (value - low) / range,
    ticks: Array.from({ length: count }, (_, i) => (first + i) * step),
  };
}

/** 1, 2 and 5 in every decade; the powers of ten alone where those are many. */
export function logScale(low: number, high: number, most: number): Scale {
  const range = Math.log(high / low) || 1;
  const first = Math.floor(Math.log10(low));
  const decades = Array.from(
    { length: Math.ceil(Math.log10(high)) - first + 1 },
    (_, i) => first + i,
  );
  const inside = (parts: number[]) =>
    decades
      .flatMap((decade) => parts.map((part) => part * 10 ** decade))
      .filter((tick) => tick >= low && tick <= high);
  const fine = inside([1, 2, 5]);
  return {
    place: (value) => Math.log(value / low) / range,
    ticks: fine.length <= most ? fine : inside([1]),
  };
}

/** Numbers that differ by a factor are told apart on a logarithmic axis alone. */
const FACTOR = 4;

/** An axis for what is smooth among the numbers, and for nearly all of the rest. */
export function scaleFor(smooth: readonly number[], all: readonly number[], most: number): Scale {
  const sorted = all.toSorted((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 1;
  const low = smooth.reduce((least, value) => Math.min(least, value), quantile(0.005));
  const high = smooth.reduce((largest, value) => Math.max(largest, value), quantile(0.995));
  if (low > 0 && high / low >= FACTOR) return logScale(low, high, most);
  const margin = (high - low) / 20;
  return linearScale(low < 0 ? low - margin : Math.max(0, low - margin), high + margin, most);
}

function roundStep(least: number): number {
  const decade = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((part) => part * decade).find((step) => step >= least * 0.999)!;
}

/**
 * Means over windows around each number. At the beginning, where a loss falls fast, they are as narrow as
 * there is room on both sides; at the end they lack what is not there yet.
 */
export function smoothed(values: readonly number[], window: number): number[] {
  const sums = [0];
  for (const value of values) sums.push(sums.at(-1)! + value);
  return values.map((_, i) => {
    const before = Math.min(Math.floor(window / 2), i);
    const after = Math.min(before, values.length - 1 - i);
    return (sums[i + after + 1]! - sums[i - before]!) / (before + 1 + after);
  });
}
