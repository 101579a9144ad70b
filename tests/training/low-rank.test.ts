// What the graph is fed and what is taken from its gradients, against y += (x Aᵀ) Bᵀ written out.
import path from "node:path";
import {
  downName,
  openLora,
  stackLoras,
  upName,
  writeSafetensors,
  type LowRankModule,
  type LowRankPair,
} from "#src/engine/train/index.js";
import {
  addTrainedGradients,
  aName,
  bName,
  lowRankParameters,
  releasedTensors,
  stackFeeds,
  type Sharing,
} from "#src/training/low-rank.js";
import { randomFrom } from "#src/world/index.js";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";

const modules: LowRankModule[] = [
  { name: "lora_unet_a", layer: "a", inFeatures: 3, outFeatures: 4 },
  { name: "lora_unet_b", layer: "b", inFeatures: 2, outFeatures: 5 },
];
const RANK = 2;
const FROZEN_RANK = 3;
const ALPHA = 3;
const scale = ALPHA / RANK;
const random = randomFrom("low rank");
const draw = (length: number) => Float32Array.from({ length }, () => random.between(-1, 1));

/** Matrices that are not at their beginnings. */
function parametersWith(domains?: number, shares?: Sharing) {
  const parameters = lowRankParameters(modules, {
    rank: RANK,
    seed: 1,
    ...(domains !== undefined && { domains }),
    ...(shares && { shares }),
  });
  for (const { value } of parameters) value.set(draw(value.length));
  return { parameters, values: new Map(parameters.map(({ name, value }) => [name, value])) };
}

const frozen = new Map<string, LowRankPair>(
  modules.map(({ name, inFeatures, outFeatures }) => [
    name,
    {
      rank: FROZEN_RANK,
      down: draw(FROZEN_RANK * inFeatures),
      up: draw(outFeatures * FROZEN_RANK),
    },
  ]),
);

/** x Aᵀ Bᵀ for one row x. */
function branch(x: Float32Array, down: Float32Array, up: Float32Array, rank: number): number[] {
  const inner = Array.from({ length: rank }, (_, r) =>
    x.reduce((sum, value, i) => sum + value * down[r * x.length + i]!, 0),
  );
  return Array.from({ length: up.length / rank }, (_, row) =>
    inner.reduce((sum, value, r) => sum + value * up[row * rank + r]!, 0),
  );
}

test("B is zero at the beginning, and A is not", () => {
  const parameters = lowRankParameters(modules, { rank: RANK, seed: 1, domains: 2 });
  expect(parameters.map(({ name }) => name)).toHaveLength(modules.length * 3);
  for (const { name, value } of parameters)
    expect(value.some((number) => number !== 0)).toBe(name.endsWith("lora_down"));
});

test.each([
  { what: "alone", shares: { a: true, b: true }, below: undefined },
  { what: "with the B of a domain", shares: { a: true, b: false }, below: undefined },
  { what: "of a domain alone", shares: { a: false, b: false }, below: undefined },
  { what: "on a LoRA that rests", shares: { a: true, b: true }, below: frozen },
])(
  "a LoRA $what adds its own branch, and its gradients are those of its parts",
  ({ shares, below }) => {
    const { values } = parametersWith(3, shares);
    const [a, b] = [shares.a ? undefined : 1, shares.b ? undefined : 1];
    const options = { rank: RANK, scale, a, b, frozen: below };
    const feeds = stackFeeds(modules, values, options);
    for (const { name, inFeatures, outFeatures } of modules) {
      const [down, up] = [feeds[downName(name)]!, feeds[upName(name)]!];
      const all = RANK + (below ? FROZEN_RANK : 0);
      expect([down.dims, up.dims]).toEqual([
        [all, inFeatures],
        [outFeatures, all],
      ]);
      const x = draw(inFeatures);
      const stacked = branch(x, down.data as Float32Array, up.data as Float32Array, all);
      const own = branch(x, values.get(aName(name, a))!, values.get(bName(name, b))!, RANK);
      const still = below?.get(name);
      const under = still ? branch(x, still.down, still.up, FROZEN_RANK) : own.map(() => 0);
      stacked.forEach((value, i) => expect(value).toBeCloseTo(scale * own[i]! + under[i]!, 5));
    }

    // The stacked matrices depend on the trained ones, so moving these moves them by the same gradients.
    const gradients = new Map(
      Object.entries(feeds).map(([name, { data }]) => [name, draw(data.length)]),
    );
    const sum = new Map<string, Float32Array>();
    const factors = [0.5, 0.25];
    for (const factor of factors) addTrainedGradients(sum, modules, gradients, factor, options);
    expect([...sum.keys()].toSorted()).toEqual(
      modules.flatMap(({ name }) => [aName(name, a), bName(name, b)]).toSorted(),
    );
    for (const [name, gradient] of sum) {
      const moved = values.get(name)!;
      const before = slope(feeds, gradients);
      for (let i = 0; i < moved.length; i++) {
        moved[i]! += 1;
        const after = slope(stackFeeds(modules, values, options), gradients);
        moved[i]! -= 1;
        expect(gradient[i]).toBeCloseTo(0.75 * (after - before), 4);
      }
    }
  },
);

/** A loss whose gradients after what is fed are those given. */
function slope(
  feeds: ReturnType<typeof stackFeeds>,
  gradients: ReadonlyMap<string, Float32Array>,
): number {
  let sum = 0;
  for (const [name, { data }] of Object.entries(feeds))
    (data as Float32Array).forEach((value, i) => (sum += value * gradients.get(name)![i]!));
  return sum;
}

test.each([undefined, 2])("the engine reads what is written, of %s domains", async (domains) => {
  const { parameters, values } = parametersWith(domains);
  const file = path.join(temporaryFolder(), "lora.safetensors");
  await writeSafetensors(file, releasedTensors(parameters, values, ALPHA));
  const opened = await openLora(file, modules);
  for (const domain of domains === undefined ? [undefined] : [0, 1]) {
    const part = { file: opened, weight: 1, ...(domain !== undefined && { b: domain + 1 }) };
    const { pairs } = stackLoras(modules, [part]);
    const feeds = stackFeeds(modules, values, { rank: RANK, scale, b: domain });
    for (const { name } of modules) {
      expect(pairs.get(name)!.down).toEqual(feeds[downName(name)]!.data);
      expect(pairs.get(name)!.up).toEqual(feeds[upName(name)]!.data);
    }
  }
});

test("where domains share nothing, each is written as a LoRA of its own", async () => {
  const { parameters, values } = parametersWith(2, { a: false, b: false });
  const folder = temporaryFolder();
  for (const domain of [0, 1]) {
    const file = path.join(folder, `${domain}.safetensors`);
    await writeSafetensors(file, releasedTensors(parameters, values, ALPHA, domain));
    const { pairs } = stackLoras(modules, [{ file: await openLora(file, modules), weight: 1 }]);
    const feeds = stackFeeds(modules, values, { rank: RANK, scale, a: domain, b: domain });
    for (const { name } of modules) {
      expect(pairs.get(name)!.down).toEqual(feeds[downName(name)]!.data);
      expect(pairs.get(name)!.up).toEqual(feeds[upName(name)]!.data);
    }
  }
});
