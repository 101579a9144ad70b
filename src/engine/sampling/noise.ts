// torch's CPU generator, so that a seed means the same picture on every machine: MT19937, and normal
// numbers as `torch.randn` draws them.

class Mt19937 {
  readonly #state = new Uint32Array(624);
  #at = 624;

  /** @param seed - its low 32 bits count, as in torch */
  constructor(seed: number) {
    const state = this.#state;
    state[0] = Number(BigInt.asUintN(32, BigInt(seed)));
    for (let i = 1; i < 624; i++) {
      const last = state[i - 1] as number;
      state[i] = Math.imul(1812433253, last ^ (last >>> 30)) + i;
    }
  }

  next(): number {
    if (this.#at === 624) this.#twist();
    let y = this.#state[this.#at++] as number;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < 624; i++) {
      const y =
        ((state[i] as number) & 0x80000000) | ((state[(i + 1) % 624] as number) & 0x7fffffff);
      state[i] = (state[(i + 397) % 624] as number) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#at = 0;
  }
}

/**
 * `torch.randn(count)` of a CPU generator seeded with `seed`, to 5e-7.
 * @param seed - integer, 0 … 2^53 − 1
 */
export function randn(seed: number, count: number): Float32Array {
  const generator = new Mt19937(seed);
  return count < 16 ? oneByOne(generator, count) : inBlocks(generator, count);
}

/** From 16 numbers on torch fills with uniform ones and turns each block of 16 into normal ones. */
function inBlocks(generator: Mt19937, count: number): Float32Array {
  const uniform = () => (generator.next() & 0xffffff) / 2 ** 24;
  const numbers = Float32Array.from({ length: count }, uniform);
  for (let start = 0; start + 16 <= count; start += 16)
    boxMuller(numbers.subarray(start, start + 16));
  if (count % 16 !== 0) {
    const tail = numbers.subarray(count - 16);
    for (let i = 0; i < 16; i++) tail[i] = uniform();
    boxMuller(tail);
  }
  return numbers;
}

function boxMuller(block: Float32Array): void {
  for (let i = 0; i < 8; i++) {
    const radius = Math.sqrt(-2 * Math.log(1 - (block[i] as number)));
    const angle = 2 * Math.PI * (block[i + 8] as number);
    block[i] = radius * Math.cos(angle);
    block[i + 8] = radius * Math.sin(angle);
  }
}

/** Fewer come in pairs, from doubles of 53 bits. */
function oneByOne(generator: Mt19937, count: number): Float32Array {
  const uniform = () => {
    const high = BigInt(generator.next());
    return Number(((high << 32n) | BigInt(generator.next())) & ((1n << 53n) - 1n)) / 2 ** 53;
  };
  const numbers = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const angle = 2 * Math.PI * uniform();
    const radius = Math.sqrt(-2 * Math.log1p(-uniform()));
    numbers[i] = radius * Math.cos(angle);
    if (i + 1 < count) numbers[i + 1] = radius * Math.sin(angle);
  }
  return numbers;
}
