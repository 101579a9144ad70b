// Text states of encoders that rest: each prompt goes through them once, and with a cache folder once for
// all runs. So large encoders can leave before the transformer comes.
import { createHash } from "node:crypto";
import { access, mkdir } from "node:fs/promises";
import path from "node:path";
import {
  Networks,
  openSafetensors,
  readFloats,
  writeSafetensors,
  type ModelConfig,
} from "../engine/train/index.js";
import { openPrompts } from "./prompts.js";
import type { TextStates } from "./text-encoders.js";

export interface FrozenText {
  /** states of several prompts, one after the other */
  encode(prompts: readonly string[]): Promise<TextStates>;
  /** Frees the encoders; they open again when a new prompt comes. */
  rest(): Promise<void>;
}

/** @param cacheDir - of these encoders alone */
export async function openFrozenText(
  modelDir: string,
  model: ModelConfig,
  cacheDir?: string,
): Promise<FrozenText> {
  const networks = new Networks(modelDir, model);
  const idsOf = await openPrompts(modelDir, model);
  const known = new Map<string, TextStates>();
  if (cacheDir !== undefined) await mkdir(cacheDir, { recursive: true });

  const compute = async (prompt: string): Promise<TextStates> => {
    const { t5, clip } = idsOf(prompt);
    const txt = await networks.encodeText(
      [...t5],
      t5.map(() => true),
    );
    return { txt, vec: await networks.poolText([...clip]) };
  };
  const one = async (prompt: string): Promise<TextStates> => {
    const kept = known.get(prompt);
    if (kept !== undefined) return kept;
    const file = cacheDir && path.join(cacheDir, `${hash(prompt)}.safetensors`);
    const stored = file === undefined ? undefined : await readStates(file);
    const states = stored ?? (await compute(prompt));
    if (file !== undefined && stored === undefined) await writeStates(file, states);
    known.set(prompt, states);
    return states;
  };
  return {
    async encode(prompts) {
      const states: TextStates[] = [];
      for (const prompt of prompts) states.push(await one(prompt));
      return {
        txt: joined(states.map(({ txt }) => txt)),
        vec: joined(states.map(({ vec }) => vec)),
      };
    },
    rest: () => networks.close(),
  };
}

const hash = (prompt: string): string =>
  createHash("sha256").update(prompt).digest("hex").slice(0, 32);

async function readStates(file: string): Promise<TextStates | undefined> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  const [txt, vec] = readFloats(await openSafetensors(file), ["txt", "vec"]);
  return { txt: txt!, vec: vec! };
}

function writeStates(file: string, { txt, vec }: TextStates): Promise<void> {
  const tensor = (data: Float32Array) => ({ shape: [data.length], data });
  return writeSafetensors(file, new Map(Object.entries({ txt: tensor(txt), vec: tensor(vec) })));
}

/** One after the other in one array. */
export function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
