// Text states of encoders that rest: each prompt goes through them once.
import { Networks, type ModelConfig } from "../engine/train/index.js";
import { openPrompts } from "./prompts.js";
import type { TextStates } from "./text-encoders.js";

export interface FrozenText {
  /** states of several prompts, one after the other */
  encode(prompts: readonly string[]): Promise<TextStates>;
  close(): Promise<void>;
}

export async function openFrozenText(modelDir: string, model: ModelConfig): Promise<FrozenText> {
  const networks = new Networks(modelDir, model);
  const idsOf = await openPrompts(modelDir, model);
  const known = new Map<string, TextStates>();
  const one = async (prompt: string): Promise<TextStates> => {
    const kept = known.get(prompt);
    if (kept !== undefined) return kept;
    const { t5, clip } = idsOf(prompt);
    const txt = await networks.encodeText(
      [...t5],
      t5.map(() => true),
    );
    const states = { txt, vec: await networks.poolText([...clip]) };
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
    close: () => networks.close(),
  };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
