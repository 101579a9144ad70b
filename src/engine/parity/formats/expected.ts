// What has to be said of a file, held against what was said.
import { EngineError } from "../../error.js";
import { compareFields, type ParityResult } from "../compare.js";

type Expected = Record<string, unknown>;

/** Opens what must not open. `why` and `mayRefuse` are for people. */
export async function refusal(
  name: string,
  expected: Expected,
  open: () => Promise<void>,
): Promise<ParityResult> {
  const error = await open().then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error !== undefined && !(error instanceof EngineError)) throw error;
  return compareFields(`${name} refused`, { ...error?.details }, expected, error?.message);
}

/** Whether one of the things that were said is the expected one. */
export function mention(name: string, expected: Expected, said: readonly object[]): ParityResult {
  const results = said.map((each) => compareFields(`${name} mentioned`, { ...each }, expected));
  return results.find(({ pass }) => pass) ?? compareFields(`${name} mentioned`, {}, expected);
}
