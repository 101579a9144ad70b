// The loop on a case's noise and known cells.
import type { Networks, TransformerInput } from "../networks.js";
import { sample } from "../sampling/sample.js";
import { schedule } from "../sampling/schedule.js";
import { pack, unpack, type LatentSize } from "../sampling/tokens.js";
import type { CaseFile } from "./case-file.js";

/** What stays the same over all steps. */
export type Conditions = Omit<TransformerInput, "img" | "timestep">;

export async function sampled(
  networks: Networks,
  cases: CaseFile,
  fixed: Conditions,
  size: LatentSize,
  steps: number,
): Promise<Float32Array> {
  const noise = pack(cases.floats("in.noise"), size);
  const known = cases.known(size);
  const times = schedule(steps, (size.height * size.width) / 4);
  const velocity = (img: Float32Array, timestep: number) =>
    networks.predict({ ...fixed, img, timestep });
  let latents = noise;
  for await (const { x } of sample(velocity, noise, times, known)) latents = x;
  return unpack(latents, size);
}
