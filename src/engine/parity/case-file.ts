// One reference case: a safetensors file with `in.*` and `out.*`.
import { EngineError } from "../error.js";
import type { Known } from "../sampling/sample.js";
import { pack, type LatentSize } from "../sampling/tokens.js";
import { readFloats, readIntegers, type SafetensorsFile } from "../weights/safetensors.js";

export class CaseFile {
  readonly file: SafetensorsFile;

  constructor(file: SafetensorsFile) {
    this.file = file;
  }

  has(key: string): boolean {
    return this.file.tensors.has(key);
  }

  shape(key: string): number[] {
    const entry = this.file.tensors.get(key);
    if (entry === undefined) throw new EngineError("bad_request", `the case has no ${key}`);
    return entry.shape;
  }

  floats(key: string): Float32Array {
    return readFloats(this.file, [key])[0]!;
  }

  integers(key: string): number[] {
    return readIntegers(this.file, key);
  }

  latentSize(key: string): LatentSize {
    const [, channels, height, width] = this.shape(key) as [number, number, number, number];
    return { channels, height, width };
  }

  /** The known cells, as the loop wants them; undefined where the case has none. */
  known(size: LatentSize): Known | undefined {
    if (!this.has("in.known")) return undefined;
    const mask = this.floats("in.known_mask"); // [1, 1, height, width]
    const all = new Float32Array(size.channels * mask.length).map((_, i) => mask[i % mask.length]!);
    const values = pack(this.floats("in.known"), size);
    return { mask: Uint8Array.from(pack(all, size)), values };
  }
}
