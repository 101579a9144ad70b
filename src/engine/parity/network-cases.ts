// Cases of single networks and of the loop; the case's name says which network and which LoRA stack.
import { EngineError } from "../error.js";
import { ropeTable } from "../layers/rope.js";
import type { Networks } from "../networks.js";
import { randn } from "../sampling/noise.js";
import { schedule } from "../sampling/schedule.js";
import { z } from "zod";
import { domainCount, type LoraPart } from "../weights/lora/index.js";
import { openAdapter } from "./adapters.js";
import type { CaseFile } from "./case-file.js";
import { compare, type ParityResult } from "./compare.js";
import { sampled } from "./sampled.js";

export async function* networkCase(
  networks: Networks,
  folder: string,
  name: string,
  cases: CaseFile,
): AsyncGenerator<ParityResult> {
  const kind = name.split("-")[0];
  if (kind === "noise") {
    for (const key of cases.file.tensors.keys()) {
      const expected = cases.floats(key);
      yield compare(`${name} ${key}`, randn(Number(key.split("/")[0]), expected.length), expected);
    }
  } else if (kind === "transformer") {
    yield compare(
      name,
      await networks.predict({
        ...conditions(networks, cases, await adaptersOf(networks, folder, name)),
        img: cases.floats("in.img"),
        timestep: cases.floats("in.timestep")[0]!,
      }),
      cases.floats("out.pred"),
    );
  } else if (kind === "sample") {
    const size = cases.latentSize("in.noise");
    const fixed = conditions(networks, cases, await adaptersOf(networks, folder, name));
    const [steps] = cases.integers("in.steps") as [number];
    yield compare(
      name,
      await sampled(networks, cases, fixed, size, steps),
      cases.floats("out.latents"),
    );
  } else if (kind === "autoencoder") {
    const [, , height, width] = cases.shape("in.image") as [number, number, number, number];
    const image = { data: cases.floats("in.image"), height, width };
    yield compare(`${name} encode`, await networks.encode(image), cases.floats("out.latents"));
    const latents = cases.floats("in.latents");
    const decoded = await networks.decode(latents, cases.latentSize("in.latents"));
    yield compare(`${name} decode`, decoded.data, cases.floats("out.image"));
  } else if (kind === "t5") {
    const ids = cases.integers("in.input_ids");
    const masked = cases.has("in.attention_mask");
    const mask = masked ? cases.integers("in.attention_mask") : ids.map(() => 1);
    const states = await networks.encodeText(ids, mask.map(Boolean));
    yield compare(name, states, cases.floats("out.last_hidden_state"));
  } else if (kind === "clip") {
    const pooled = await networks.poolText(cases.integers("in.input_ids"));
    yield compare(name, pooled, cases.floats("out.pooled"));
  } else throw new EngineError("bad_request", `no such kind of case: ${kind}`);
}

/** The LoRA stack that a case's name asks for. */
async function adaptersOf(networks: Networks, folder: string, name: string): Promise<LoraPart[]> {
  const open = (adapter: string) => openAdapter(networks, folder, adapter);
  const domain = /domain-(\d+)/.exec(name)?.[1];
  if (domain !== undefined)
    return [{ file: await open("asymmetric"), b: Number(domain), weight: 1 }];
  if (!name.includes("domain-and-style")) return [];
  const asymmetric = await open("asymmetric");
  return [
    { file: asymmetric, b: domainCount(asymmetric), weight: 1 },
    { file: await open("style"), weight: 0.6 },
  ];
}

/** What stays the same over all steps. Padding text is left out, which is what masking it means. */
export function conditions(networks: Networks, cases: CaseFile, parts: LoraPart[]) {
  const { transformer } = networks.config;
  const mask = cases.has("in.txt_mask") ? cases.floats("in.txt_mask") : undefined;
  const keepRows = (data: Float32Array, columns: number) =>
    mask === undefined ? data : data.filter((_, i) => mask[Math.floor(i / columns)] !== 0);
  const txtIds = keepRows(cases.floats("in.txt_ids"), 3);
  const ids = Float32Array.from([...txtIds, ...cases.floats("in.img_ids")]);
  return {
    txt: keepRows(cases.floats("in.txt"), transformer.contextDim),
    vec: cases.floats("in.vec"),
    guidance: cases.has("in.guidance") ? cases.floats("in.guidance")[0]! : 0,
    rope: ropeTable(ids, transformer.axesDim, transformer.theta),
    loras: networks.stack(parts),
  };
}

export function* scheduleCases(text: string): Generator<ParityResult> {
  const expected = z.record(z.string(), z.array(z.number())).parse(JSON.parse(text));
  for (const [key, times] of Object.entries(expected)) {
    const [steps, tokens] = key.split("/").map(Number) as [number, number];
    yield compare(`schedule ${key}`, schedule(steps, tokens), times);
  }
}
