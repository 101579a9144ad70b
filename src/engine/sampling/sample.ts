// The one loop of all three modes: Euler from noise to picture, on a page some of whose cells may
// already be known. As a generator it costs nothing to watch, to preview or to leave.

/** Cells that are known: `mask` is 1 where `values` hold clean latents; both like the noise. */
export interface Known {
  mask: Uint8Array;
  values: Float32Array;
}

export interface SampleStep {
  /** steps done, from 1 */
  step: number;
  /** the page at this time; the last one is the result. Read it before the next step changes it. */
  x: Float32Array;
  /** the time of `x` */
  t: number;
  /** the velocity by which it came there: `x − t · v` is where it seems to lead */
  v: Float32Array;
}

/** The transformer's answer for a page at time t, like the page. */
export type Velocity = (x: Float32Array, t: number) => Promise<Float32Array>;

/**
 * x += (t_next − t) · v for every pair of times.
 * @param times - falling, from 1 to 0
 */
export async function* sample(
  velocity: Velocity,
  noise: Float32Array,
  times: readonly number[],
  known?: Known,
): AsyncGenerator<SampleStep> {
  const x = noise.slice();
  for (let step = 1; step < times.length; step++) {
    const [t, next] = times.slice(step - 1) as [number, number];
    restore(x, known);
    const v = await velocity(x, t);
    for (let i = 0; i < x.length; i++) x[i] = (x[i] as number) + (next - t) * (v[i] as number);
    if (step === times.length - 1) restore(x, known);
    yield { step, x, t: next, v };
  }
}

function restore(x: Float32Array, known: Known | undefined): void {
  known?.values.forEach((value, i) => {
    if (known.mask[i] === 1) x[i] = value;
  });
}
