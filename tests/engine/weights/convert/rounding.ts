// What a conversion cost.
import type { TensorToWrite } from "#src/engine/weights/write.js";

type Numbers = ReadonlyMap<string, TensorToWrite>;

/** RMS of the difference over RMS, of the blocks' matrices. */
export function rounding(found: Numbers, own: Numbers): number {
  let [lost, all] = [0, 0];
  for (const [key, { shape, data }] of found) {
    if (shape.length < 2 || !/_blocks\./.test(key)) continue;
    data.forEach((value, i) => {
      lost += (value - own.get(key)!.data[i]!) ** 2;
      all += own.get(key)!.data[i]! ** 2;
    });
  }
  return Math.sqrt(lost / all);
}
