// What a checkpoint holds, for comparing: all but the time that was needed.
import { openSafetensors, readFloats } from "#src/engine/train/index.js";

export async function contentsOf(file: string): Promise<Record<string, unknown>> {
  const { tensors, metadata, ...rest } = await openSafetensors(file);
  const names = [...tensors.keys()];
  const data = readFloats({ tensors, metadata, ...rest }, names);
  const { seconds: _, ...counters } = JSON.parse(metadata.counters!) as Record<string, number>;
  const bytes = data.map((each) => Buffer.from(each.buffer).toString("base64"));
  return {
    ...Object.fromEntries(names.map((name, i) => [name, bytes[i]])),
    counters,
    numbers: metadata.numbers,
    fingerprint: metadata.fingerprint,
  };
}
