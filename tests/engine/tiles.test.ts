import fc from "fast-check";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { readModelConfig } from "#src/engine/models/config.js";
import { Networks } from "#src/engine/networks.js";
import { spans, throughTiles, type PlaneStack } from "#src/engine/tiles.js";

const length = fc.integer({ min: 1, max: 200 });
const tileSize = fc
  .tuple(fc.integer({ min: 2, max: 64 }), fc.double({ min: 0, max: 1 / 3, noNaN: true }))
  .map(([side, share]) => ({ side, overlap: Math.floor(side * share) }));

test("spans cover the whole, none is longer than a tile, and no three meet", () => {
  fc.assert(
    fc.property(length, tileSize, (whole, size) => {
      const found = spans(whole, size);
      expect(found[0]!.from).toBe(0);
      expect(found.at(-1)!.from + found.at(-1)!.length).toBe(whole);
      for (const [i, { from, length: each, shared }] of found.entries()) {
        expect(each).toBeLessThanOrEqual(size.side);
        expect(shared).toBeGreaterThanOrEqual(0);
        const twoBefore = found[i - 2];
        if (twoBefore) expect(twoBefore.from + twoBefore.length).toBeLessThanOrEqual(from);
      }
    }),
  );
});

test("a network that changes nothing gives the picture back, whatever the tiles", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 4, max: 16 }),
      async (height, width, side) => {
        const picture = ramp(2, height, width);
        const back = await throughTiles(picture, {
          unit: { before: 1, behind: 1 },
          size: { side, overlap: Math.floor(side / 3) },
          run: async (tile) => tile,
        });
        back.data.forEach((value, i) => expect(value).toBeCloseTo(picture.data[i]!, 3));
      },
    ),
    { numRuns: 40 },
  );
});

test("where two tiles overlap, one fades into the other", async () => {
  let tile = 0;
  const { data } = await throughTiles(ramp(1, 1, 12), {
    unit: { before: 1, behind: 1 },
    size: { side: 8, overlap: 4 },
    run: async (one) => ({ ...one, data: new Float32Array(8).fill(tile++) }),
  });
  expect([...data]).toEqual([0, 0, 0, 0, 0.125, 0.375, 0.625, 0.875, 1, 1, 1, 1]);
});

const folder = fileURLToPath(new URL("../../models/embedded", import.meta.url));
const config = await readModelConfig(folder);
const whole = new Networks(folder, config);
afterAll(() => whole.close());

test("tiles of a real page are near the whole of it, and a page of one tile is the whole", async () => {
  const size = { channels: 16, height: 16, width: 16 };
  const page = new Float32Array(3 * 128 * 128).map((_, i) => Math.sin(i / 40) * 0.8);
  const latents = await whole.encode({ height: 128, width: 128, data: page });
  const { data } = await whole.decode(latents, size);
  const decodeIn = (side: number, overlap: number) =>
    throughTiles(
      { ...size, data: latents },
      {
        unit: { before: 1, behind: 8 },
        size: { side, overlap },
        run: async (tile) => ({ channels: 3, ...(await whole.decode(tile.data, tile)) }),
      },
    );
  expect((await decodeIn(16, 4)).data).toEqual(data);
  const tiled = await decodeIn(12, 6);
  expect([tiled.height, tiled.width]).toEqual([128, 128]);
  const error = rms(tiled.data, data);
  expect(error).toBeGreaterThan(0);
  expect(error).toBeLessThan(0.12);
});

test("networks in tiles: a page of one tile is the whole, a longer one is near it", async () => {
  const tiled = new Networks(folder, config, { inTiles: true });
  const noise = (px: number) => new Float32Array(px).map((_, i) => Math.sin(i * i));
  const small = { channels: 16, height: 8, width: 8 };
  const few = noise(16 * 8 * 8);
  expect(await tiled.decode(few, small)).toEqual(await whole.decode(few, small));
  const long = { channels: 16, height: 8, width: 72 };
  const many = noise(16 * 8 * 72);
  const picture = await tiled.decode(many, long);
  expect([picture.height, picture.width]).toEqual([64, 576]);
  expect(rms(picture.data, (await whole.decode(many, long)).data)).toBeLessThan(0.12);
  const latents = await tiled.encode(picture);
  expect(rms(latents, await whole.encode(picture))).toBeLessThan(0.2);
  await tiled.close();
});

function ramp(channels: number, height: number, width: number): PlaneStack {
  const data = new Float32Array(channels * height * width).map((_, i) => i);
  return { channels, height, width, data };
}

function rms(a: Float32Array, b: Float32Array): number {
  let squares = 0;
  a.forEach((value, i) => (squares += (value - b[i]!) ** 2));
  return Math.sqrt(squares / a.length);
}
