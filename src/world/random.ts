// Chance that is the same everywhere: one stream of numbers for each seed text.

export interface Random {
  /** [0, 1) */
  next(): number;
  /** [from, to) */
  between(from: number, to: number): number;
  /** whole, from … to, both included */
  whole(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  shuffle<T>(items: readonly T[]): T[];
}

/** sfc32 over an FNV-1a hash of the seed. */
export function randomFrom(seed: string | number): Random {
  const state = [hash(`${seed}`), hash(`${seed}#1`), hash(`${seed}#2`), 1] as [
    number,
    number,
    number,
    number,
  ];
  const next = () => {
    const [a, b, c, count] = state;
    const sum = (a + b + count) | 0;
    state[0] = b ^ (b >>> 9);
    state[1] = (c + (c << 3)) | 0;
    state[2] = ((c << 21) | (c >>> 11)) + sum;
    state[3] = (count + 1) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next();
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    whole,
    between: (from, to) => from + next() * (to - from),
    chance: (probability) => next() < probability,
    pick: <T>(items: readonly T[]) => items[whole(0, items.length - 1)] as T,
    shuffle: <T>(items: readonly T[]) => {
      const left = [...items];
      for (let i = left.length - 1; i > 0; i--) {
        const j = whole(0, i);
        [left[i], left[j]] = [left[j] as T, left[i] as T];
      }
      return left;
    },
  };
}

/** FNV-1a, 32 bits, well mixed. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
