// A blind comparison for people: what two models painted for the same words, side by side. Which side is
// whose is drawn by chance and stands in a key of its own, so that not even the form's source tells.
import { createHash, randomUUID } from "node:crypto";
import { z } from "zod";
import { EvaluationError } from "../error.js";
import { findProcedures, framesAsJpeg, type ProcedureFolder } from "../procedure-folder.js";
import type { PictureOperations } from "../../workers/index.js";
import { randomFrom } from "../../world/index.js";
import { renderForm, type ShownPair } from "./page.js";

export const formKey = z.object({
  /** of the form, as its results repeat it */
  form: z.string(),
  a: z.string(),
  b: z.string(),
  /** for each pair of the form in order, whose the first one is */
  first: z.array(z.enum(["a", "b"])),
});
export type FormKey = z.infer<typeof formKey>;

const FRAME_PX = 320;

/**
 * Pairs procedures of two folders that have words and domain in common.
 * @param seed - decides order and sides
 * @throws EvaluationError `bad_procedure`, or `bad_form` where nothing can be paired
 */
export async function makeForm(
  a: string,
  b: string,
  pictures: Pick<PictureOperations, "previews">,
  seed: string = randomUUID(),
): Promise<{ html: string; key: FormKey }> {
  const [ofA, ofB] = [await findProcedures(a), await findProcedures(b)];
  const random = randomFrom(seed);
  const pairs = random.shuffle(pair(ofA, ofB));
  if (pairs.length === 0)
    throw new EvaluationError(
      "bad_form",
      `${a} and ${b} have no procedure of the same subject and domain; let both models paint the same list`,
    );
  const shown: ShownPair[] = [];
  const first: FormKey["first"] = [];
  for (const each of pairs) {
    const side = random.pick(["a", "b"] as const);
    first.push(side);
    const order = side === "a" ? [each.a, each.b] : [each.b, each.a];
    const [one, two] = await Promise.all(
      order.map((shownSide) => framesAsJpeg(shownSide, pictures, FRAME_PX)),
    );
    const { subject, domain } = each.a.procedure;
    shown.push({ words: `${subject}, ${domain.replaceAll("_", " ")}`, first: one!, second: two! });
  }
  const form = createHash("sha256").update(seed).digest("hex").slice(0, 16);
  return { html: renderForm(form, shown), key: { form, a, b, first } };
}

/** Each procedure stands in one pair at most. */
function pair(ofA: readonly ProcedureFolder[], ofB: readonly ProcedureFolder[]) {
  const left = [...ofB];
  return ofA.flatMap((a) => {
    const at = left.findIndex((b) => wordsOf(a) === wordsOf(b));
    const [b] = at === -1 ? [] : left.splice(at, 1);
    return b === undefined ? [] : [{ a, b }];
  });
}

const wordsOf = ({ procedure: { subject, domain } }: ProcedureFolder): string =>
  `${domain} ${subject.toLowerCase()}`;
