// What people answered, counted with the key of the form.
import { z } from "zod";
import { EvaluationError } from "../error.js";
import { criterionNames, type Criterion } from "../judge/index.js";
import { formKey } from "./form.js";

const choice = z.enum(["first", "second", "same"]);
export const formResult = z.object({
  form: z.string(),
  rater: z.string().max(200).default(""),
  answers: z
    .array(
      z.object({
        pair: z.int().nonnegative(),
        alignment: choice,
        coherence: choice,
        usability: choice,
      }),
    )
    .max(10_000),
});

export interface Count {
  criterion: Criterion;
  a: number;
  b: number;
  same: number;
  /** of so uneven an outcome, or a more uneven one, where nobody is better: two-sided sign test */
  chance: number;
}

/**
 * @param results - by the name of their file, as they came
 * @throws EvaluationError `bad_form` for a key or a result that is none, or of another form
 */
export function tally(keyJson: unknown, results: ReadonlyMap<string, unknown>): Count[] {
  const key = formKey.safeParse(keyJson).data;
  if (key === undefined) throw new EvaluationError("bad_form", "the key is not that of a form");
  const answers = [...results].flatMap(([name, json]) => {
    const result = formResult.safeParse(json).data;
    const isOurs = result?.form === key.form;
    if (!result || !isOurs || result.answers.some(({ pair }) => pair >= key.first.length))
      throw new EvaluationError(
        "bad_form",
        `${name}: is no result of the form ${key.form}${result ? `, but of ${result.form.slice(0, 40)}` : ""}`,
      );
    // Whoever answers a pair twice has changed their mind.
    return [...new Map(result.answers.map((answer) => [answer.pair, answer])).values()];
  });
  return criterionNames.map((criterion) => {
    const count = { a: 0, b: 0, same: 0 };
    for (const { pair, [criterion]: chosen } of answers)
      if (chosen === "same") count.same++;
      else count[(chosen === "first") === (key.first[pair] === "a") ? "a" : "b"]++;
    return { criterion, ...count, chance: signTest(count.a, count.b) };
  });
}

/** Chance that a coin falls at least as unevenly, 0 … 1. */
export function signTest(a: number, b: number): number {
  const [all, few] = [a + b, Math.min(a, b)];
  let [sum, ways] = [0, 2 ** -all];
  for (let i = 0; i <= few; i++) {
    sum += ways;
    ways *= (all - i) / (i + 1);
  }
  return Math.min(1, 2 * sum);
}
