import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { clipGradients } from "#src/engine/train/clip-gradients.js";
import {
  adamw,
  came,
  muon,
  prodigy,
  type Optimizer,
  type Parameter,
} from "#src/engine/train/optimizers/index.js";

type Make = (parameters: Parameter[]) => Optimizer;

/** Any matrix does where only the bookkeeping is looked at. */
const signs = async (matrix: Float32Array) => matrix.map(Math.sign);
const optimizers: Record<string, Make> = {
  adamw: (parameters) => adamw(parameters),
  came: (parameters) => came(parameters, { weightDecay: 0.01 }),
  prodigy: (parameters) => prodigy(parameters, { d0: 0.01, weightDecay: 0.01 }),
  muon: (parameters) => muon(parameters, { orthogonalize: signs }),
};

const wave = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(seed + 1.7 * i));
const parameter = (name: string, shape: number[], seed: number): Parameter => ({
  name,
  shape,
  value: wave(
    shape.reduce((a, b) => a * b, 1),
    seed,
  ),
});
const twoParameters = () => [parameter("W", [3, 4], 1), parameter("b", [3], 2)];
const gradientsAt = (step: number) =>
  new Map([
    ["W", wave(12, 3 + step)],
    ["b", wave(3, 5 * step)],
  ]);

// AdamW of torch 2.13, CAME (e77c5c0) and Prodigy (3efb213) of their authors' repositories, in float32
describe("against 25 steps of the published implementations", () => {
  interface Recorded {
    options: { lr: number; betas: number[]; weightDecay: number };
    trace: { loss: number; W: number[]; b: number[] }[];
  }
  const { problem, ...recorded } = JSON.parse(
    readFileSync("tests/reference/gradients/optimizers.json", "utf8"),
  ) as { problem: { x: number[][]; y: number[][]; W0: number[][]; b0: number[] } } & Record<
    string,
    Recorded
  >;

  /** mean((x Wᵀ + b − y)²) and its gradients */
  function leastSquares(W: Float32Array, b: Float32Array) {
    const gradients = { W: new Float64Array(W.length), b: new Float64Array(b.length) };
    const count = problem.y.length * b.length;
    let loss = 0;
    for (const [n, x] of problem.x.entries())
      for (const o of b.keys()) {
        const weights = W.subarray(o * x.length, (o + 1) * x.length);
        const error = x.reduce((sum, xi, i) => sum + xi * weights[i]!, b[o]!) - problem.y[n]![o]!;
        loss += error ** 2 / count;
        gradients.b[o]! += (2 * error) / count;
        for (const [i, xi] of x.entries())
          gradients.W[o * x.length + i]! += (2 * error * xi) / count;
      }
    return { loss, gradients };
  }

  const relative = (actual: Float32Array, expected: number[]) =>
    Math.hypot(...expected.map((value, i) => actual[i]! - value)) / Math.hypot(...expected);

  test.each([
    ["adamw", adamw],
    ["came", came],
    ["came-decay", came],
    ["prodigy", prodigy],
  ] as [string, (parameters: Parameter[], options: object) => Optimizer][])(
    "%s takes the same steps",
    async (name, make) => {
      const { options, trace } = recorded[name]!;
      const W = Float32Array.from(problem.W0.flat());
      const b = Float32Array.from(problem.b0);
      const optimizer = make(
        [
          { name: "W", shape: [4, 6], value: W },
          { name: "b", shape: [4], value: b },
        ],
        options,
      );
      expect(trace).toHaveLength(25);
      for (const expected of trace) {
        const { loss, gradients } = leastSquares(W, b);
        expect(Math.abs(loss / expected.loss - 1)).toBeLessThan(1e-5);
        await optimizer.step(
          new Map([
            ["W", Float32Array.from(gradients.W)],
            ["b", Float32Array.from(gradients.b)],
          ]),
          options.lr,
        );
        expect(relative(W, expected.W.flat())).toBeLessThan(1e-5);
        expect(relative(b, expected.b)).toBeLessThan(1e-5);
      }
    },
  );
});

describe.each(Object.entries(optimizers))("%s", (_, make) => {
  test("goes on bit for bit from a saved state", async () => {
    const [first, second] = [twoParameters(), twoParameters()];
    const [uninterrupted, resumed] = [make(first), make(second)];
    for (let step = 0; step < 4; step++) await uninterrupted.step(gradientsAt(step), 0.1);
    const saved = structuredClone(uninterrupted.state());
    for (const [i, { value }] of second.entries()) value.set(first[i]!.value);
    resumed.restore({
      tensors: saved.tensors,
      numbers: new Map(JSON.parse(JSON.stringify([...saved.numbers])) as [string, number[]][]),
    });
    for (let step = 4; step < 8; step++) {
      await uninterrupted.step(gradientsAt(step), 0.1);
      await resumed.step(gradientsAt(step), 0.1);
    }
    expect(second).toEqual(first);
    expect(resumed.state()).toEqual(uninterrupted.state());
  });

  test("leaves a parameter without a gradient alone, and what it keeps for it", async () => {
    const parameters = twoParameters();
    const optimizer = make(parameters);
    await optimizer.step(gradientsAt(0), 0.1);
    const before = structuredClone({ parameters, state: optimizer.state() });
    await optimizer.step(new Map([["W", wave(12, 9)]]), 0.1);
    expect(parameters[0]!.value).not.toEqual(before.parameters[0]!.value);
    expect(parameters[1]!.value).toEqual(before.parameters[1]!.value);
    for (const [name, tensor] of before.state.tensors)
      if (name.startsWith("b.")) expect(optimizer.state().tensors.get(name)).toEqual(tensor);
  });

  test("refuses a gradient of no parameter or of another size", async () => {
    const optimizer = make(twoParameters());
    await expect(optimizer.step(new Map([["V", wave(12, 0)]]), 0.1)).rejects.toThrow(
      "gradient V: there is no such parameter",
    );
    await expect(optimizer.step(new Map([["W", wave(11, 0)]]), 0.1)).rejects.toThrow(
      "gradient W: has 11 numbers, not 12",
    );
  });

  test("refuses the state of other parameters, and is as it was", () => {
    const optimizer = make(twoParameters());
    const before = structuredClone(optimizer.state());
    const other = make([parameter("W", [3, 4], 1), parameter("b", [5], 2)]).state();
    const more = make([...twoParameters(), parameter("c", [2], 1)]).state();
    const less = make([parameter("W", [3, 4], 1)]).state();
    const counted = { ...before, numbers: new Map([...before.numbers, ["rounds", [1]]]) };
    for (const saved of [other, more, less, counted])
      expect(() => optimizer.restore(saved)).toThrow(/^training state .*same configuration/);
    expect(optimizer.state()).toEqual(before);
  });
});

test("AdamW corrects the bias of a parameter that joins late by its own steps", async () => {
  const parameters = twoParameters();
  const late = adamw(parameters);
  for (let step = 0; step < 5; step++) await late.step(new Map([["W", wave(12, step)]]), 0.1);
  await late.step(new Map([["b", wave(3, 1)]]), 0.1);
  const alone = [parameter("b", [3], 2)];
  await adamw(alone).step(new Map([["b", wave(3, 1)]]), 0.1);
  expect(parameters[1]!.value).toEqual(alone[0]!.value);
});

test("CAME keeps one full moment of a matrix, and its other two by sides", () => {
  const sizes = [
    ...came([parameter("W", [5, 7], 1)])
      .state()
      .tensors.values(),
  ];
  expect(sizes.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([5, 5, 7, 7, 35]);
});

test("Prodigy's estimate takes a missing gradient for zero", async () => {
  // without momentum, a gradient of zero moves nothing: both go the same way
  const make = () => prodigy(twoParameters(), { d0: 0.01, betas: [0, 0.99], beta3: 0.6 });
  const [missing, zero] = [make(), make()];
  for (let step = 0; step < 12; step++) {
    const gradients = gradientsAt(0);
    if (step % 4 > 0) gradients.delete("b");
    await missing.step(gradients, 1);
    await zero.step(new Map([["b", new Float32Array(3)], ...gradients]), 1);
    if (step < 8) expect(estimateOf(missing) / estimateOf(zero)).toBeCloseTo(1, 6);
  }
  expect(estimateOf(missing)).toBeGreaterThan(0.01);
});

const estimateOf = (optimizer: Optimizer) => optimizer.state().numbers.get("estimate")![1]!;

test("Muon moves a matrix along its orthogonal momentum, and a vector as AdamW does", async () => {
  const [parameters, reference] = [twoParameters(), twoParameters()];
  const [W, before] = [parameters[0]!.value, parameters[0]!.value.slice()];
  const asked: number[][] = [];
  const optimizer = muon(parameters, {
    weightDecay: 0.5,
    adamw: {},
    orthogonalize: async (matrix, rows, columns) => {
      asked.push([rows, columns, matrix[1]!]);
      return matrix.map(() => 1);
    },
  });
  const [first, second] = [gradientsAt(0), gradientsAt(1)];
  await optimizer.step(first, 0.1);
  for (const [i, value] of W.entries())
    expect(value).toBeCloseTo((1 - 0.1 * 0.5) * before[i]! - 0.1 * 0.2 * Math.sqrt(4), 6);
  await optimizer.step(second, 0.1);
  const [g1, g2] = [first.get("W")![1]!, second.get("W")![1]!];
  expect(asked[1]!.slice(0, 2)).toEqual([3, 4]);
  expect(asked[0]![2]).toBeCloseTo(1.95 * g1, 6);
  expect(asked[1]![2]).toBeCloseTo(g2 + 0.95 * (g2 + 0.95 * g1), 6);

  const alone = adamw(reference.slice(1));
  for (const gradients of [first, second])
    await alone.step(new Map([["b", gradients.get("b")!]]), 0.1);
  expect(parameters[1]!.value).toEqual(reference[1]!.value);
});

describe("clipping", () => {
  const gradients = () =>
    new Map([
      ["a", Float32Array.of(3, 0)],
      ["b", Float32Array.of(-4)],
    ]);

  test("brings the common norm down to the largest allowed, and says what it was", () => {
    const clipped = gradients();
    expect(clipGradients(clipped, 1)).toBe(5);
    expect(clipped.get("a")![0]).toBeCloseTo(0.6);
    expect(clipped.get("b")![0]).toBeCloseTo(-0.8);
  });

  test("leaves smaller gradients as they are", () => {
    const kept = gradients();
    expect(clipGradients(kept, 5)).toBe(5);
    expect(kept).toEqual(gradients());
  });

  test("answers a norm that is not finite where a gradient is not, and scales nothing", () => {
    for (const broken of [NaN, Infinity, -Infinity]) {
      const withBroken = gradients().set("c", Float32Array.of(broken));
      expect(Number.isFinite(clipGradients(withBroken, 1))).toBe(false);
      expect(withBroken.get("a")).toEqual(gradients().get("a"));
    }
  });

  test("is not misled by squares beyond float32", () => {
    expect(clipGradients(new Map([["a", Float32Array.of(3e30, 4e30)]]), 1)).toBeCloseTo(5e30, -25);
  });
});
