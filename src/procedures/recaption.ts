// Better words for pictures that are there: whoever has looked at the steps tells them anew.
import { tellPlaces } from "./captions.js";
import { ProcedureError } from "./error.js";
import { cleanCaptions } from "./input.js";
import type { Procedure } from "./procedure.js";
import type { Store } from "./store.js";

/**
 * Steps that are told by their place follow the new words. Throws `no_such_step`, `bad_steps`, and what
 * `load` throws.
 * @param captions - by step, counted from 1
 */
export async function recaption(
  store: Store,
  id: string,
  captions: ReadonlyMap<number, string>,
): Promise<Procedure> {
  const procedure = await store.load(id);
  const { steps } = procedure;
  const stray = [...captions.keys()].find((n) => steps[n - 1] === undefined);
  if (stray !== undefined)
    throw new ProcedureError(
      "no_such_step",
      `captions: steps are counted from 1 to ${steps.length}, got ${stray}`,
    );
  const texts = cleanCaptions([...captions.values()], captions.size, "captions");
  const said = new Map([...captions.keys()].map((n, i) => [n, texts[i]]));
  const told = steps.map((step, i) => {
    const caption = said.get(i + 1);
    return caption === undefined ? step : { ...step, caption, captionBy: "agent" as const };
  });
  const retold = { ...procedure, steps: tellPlaces(told) };
  await store.rewrite(retold);
  return retold;
}
