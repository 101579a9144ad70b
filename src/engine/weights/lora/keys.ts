// What stands behind the layer in a LoRA's key.

/** Which tensor of a layer's LoRA a key is; `dora` changes what the others mean. */
export type Part = "down" | "up" | "alpha" | "bias" | "dora";

export interface LoraKey {
  /** what the keys of one pair begin with */
  stem: string;
  part: Part;
  /** which B of an asymmetric LoRA, from 1 */
  b: number | undefined;
}

const endings: readonly (readonly [ending: RegExp, part: Part])[] = [
  [/\.(?:lora_down|lora_A|down)\.weight$/, "down"],
  [/\.(?:lora_up|lora_B|up|lora_ups\.(\d{1,4}))\.weight$/, "up"],
  [/\.alpha$/, "alpha"],
  [/\.lora_B\.bias$/, "bias"],
  [/\.(?:dora_scale|lora_magnitude_vector(?:\.weight)?)$/, "dora"],
];

export function readKey(key: string): LoraKey | undefined {
  for (const [ending, part] of endings) {
    const match = ending.exec(key);
    if (match === null) continue;
    const b = match[1] === undefined ? undefined : Number(match[1]) + 1;
    return { stem: key.slice(0, match.index), part, b };
  }
  return undefined;
}

/** The key of the matrix that belongs to `key`'s, in the same spelling. */
export function partnerOf(key: string): string {
  const other: Record<string, string> = { down: "up", up: "down", A: "B", B: "A" };
  return key.replace(
    /(down|up|A|B)(?:s\.\d+)?\.weight$/,
    (_, end: string) => `${other[end]}.weight`,
  );
}
