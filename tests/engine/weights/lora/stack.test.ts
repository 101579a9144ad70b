import { describe, expect, test } from "vitest";
import { stackLoras } from "#src/engine/weights/lora/index.js";
import type { TensorToWrite } from "../../../support/safetensors.js";
import {
  floats,
  img,
  last,
  linear1,
  modules,
  norm,
  numbers,
  open,
  product,
  proj,
  qkv,
  scalar,
} from "./files.js";

const asymmetric = {
  "lora_unet_img_in.lora_down.weight": numbers([2, 3], 1),
  "lora_unet_img_in.lora_ups.0.weight": numbers([2, 2], 2),
  "lora_unet_img_in.lora_ups.1.weight": numbers([2, 2], 3),
  "lora_unet_img_in.alpha": scalar(1),
};
const style = {
  "lora_unet_img_in.lora_down.weight": numbers([4, 3], 4),
  "lora_unet_img_in.lora_up.weight": numbers([2, 4], 5),
};

const part = (down: TensorToWrite, up: TensorToWrite): number[] =>
  product(
    { rank: down.shape[0]!, down: floats(down), up: floats(up) },
    { inFeatures: down.shape[1]!, outFeatures: up.shape[0]! },
  );

const expectClose = (actual: number[], expected: number[]) => {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
};

test("a stack is Σ ω (α/r) B A; domains of one file share its A", async () => {
  const domains = await open(asymmetric);
  const stack = stackLoras(modules, [
    { file: domains, b: 1, weight: 0.7 },
    { file: domains, b: 2, weight: 0.3 },
    { file: await open(style), weight: 0.5 },
  ]);
  const [down, first, second] = Object.values(asymmetric) as TensorToWrite[];
  const [a, b, c] = [part(down!, first!), part(down!, second!), part(...stylePair)];
  const pair = stack.pairs.get(img.name)!;
  expect(pair.rank).toBe(2 + 4);
  // α/r is 1/2 for the asymmetric one; without an alpha it is 1
  expectClose(
    product(pair, img),
    a.map((value, i) => (0.7 * value) / 2 + (0.3 * b[i]!) / 2 + 0.5 * c[i]!),
  );
  expect(stack.pairs.get(proj.name)).toEqual({
    rank: 0,
    down: new Float32Array(0),
    up: new Float32Array(0),
  });
});

const stylePair = Object.values(style) as [TensorToWrite, TensorToWrite];

describe("what stands apart comes into its rows of the fused layer", () => {
  test("q and v, of different ranks, with nothing for k", async () => {
    const attention = "transformer.transformer_blocks.0.attn";
    const [q, v] = [
      [numbers([1, 2], 1), numbers([2, 1], 2)],
      [numbers([3, 2], 3), numbers([2, 3], 4)],
    ] as const;
    const file = await open({
      [`${attention}.to_q.lora_A.weight`]: q[0],
      [`${attention}.to_q.lora_B.weight`]: q[1],
      [`${attention}.to_v.lora_A.weight`]: v[0],
      [`${attention}.to_v.lora_B.weight`]: v[1],
    });
    const pair = stackLoras(modules, [{ file, weight: 2 }]).pairs.get(qkv.name)!;
    const twice = (values: number[]) => values.map((value) => 2 * value);
    expectClose(product(pair, qkv), [...twice(part(...q)), 0, 0, 0, 0, ...twice(part(...v))]);
  });

  test("the MLP of a single block, behind q, k and v", async () => {
    const mlp = [numbers([1, 2], 1), numbers([8, 1], 2)] as const;
    const file = await open({
      "transformer.single_transformer_blocks.0.proj_mlp.lora_A.weight": mlp[0],
      "transformer.single_transformer_blocks.0.proj_mlp.lora_B.weight": mlp[1],
    });
    const pair = stackLoras(modules, [{ file, weight: 1 }]).pairs.get(linear1.name)!;
    expectClose(product(pair, linear1), [...Array<number>(12).fill(0), ...part(...mlp)]);
  });

  test("diffusers' last modulation with its halves the other way round", async () => {
    const pair = [numbers([1, 2], 1), numbers([4, 1], 2)] as const;
    const file = await open({
      "transformer.norm_out.linear.lora_A.weight": pair[0],
      "transformer.norm_out.linear.lora_B.weight": pair[1],
    });
    const stacked = stackLoras(modules, [{ file, weight: 1 }]).pairs.get(last.name)!;
    const scaleFirst = part(...pair);
    expectClose(product(stacked, last), [...scaleFirst.slice(4), ...scaleFirst.slice(0, 4)]);
  });
});

test("biases grow with the weight, norms are set whatever it is", async () => {
  const file = await open({
    "img_in.lora_A.weight": numbers([1, 3], 1),
    "img_in.lora_B.weight": numbers([2, 1], 2),
    "img_in.lora_B.bias": numbers([2], 3),
    [norm]: numbers([4], 4),
  });
  const { biases, norms } = stackLoras(modules, [{ file, weight: 0.5 }]);
  expectClose(
    [...biases.get(img.name)!],
    [...floats(numbers([2], 3))].map((value) => value / 2),
  );
  expect(norms.get(norm)).toEqual(floats(numbers([4], 4)));
});

test("only what a stack uses is read: another domain's NaN does no harm", async () => {
  const broken = numbers([2, 2], 3);
  floats(broken)[3] = NaN;
  const file = await open({ ...asymmetric, "lora_unet_img_in.lora_ups.1.weight": broken });
  expect(stackLoras(modules, [{ file, b: 1, weight: 1 }]).pairs.get(img.name)!.rank).toBe(2);
  expect(() => stackLoras(modules, [{ file, b: 2, weight: 1 }])).toThrow(
    expect.objectContaining({
      details: { error: "non-finite", tensor: "lora_unet_img_in.lora_ups.1.weight" },
    }),
  );
});

test("a domain that a file does not have is refused", async () => {
  const file = await open(asymmetric);
  for (const b of [undefined, 0, 3])
    expect(() => stackLoras(modules, [{ file, weight: 1, ...(b !== undefined && { b }) }])).toThrow(
      "has no B",
    );
});
