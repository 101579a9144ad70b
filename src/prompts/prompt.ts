// What a prompt is: data and one function. Nothing here knows the protocol; `server/prompts.ts` does.
import { type Context, oneLine, type Procedure, ProcedureError } from "../procedures/index.js";

export interface PromptArgument {
  description: string;
  optional?: true;
  /** What it may be, of what begins so. @param given - the arguments that are filled in already */
  suggest?: (
    context: Context,
    start: string,
    given: Record<string, string>,
  ) => string[] | Promise<string[]>;
}

type PromptArguments = Record<string, PromptArgument>;

type Given<Arguments extends PromptArguments> = {
  [Name in keyof Arguments]: Arguments[Name] extends { optional: true }
    ? string | undefined
    : string;
};

/** What a person says to a model, in order. */
export type Said = { text: string } | { jpeg: Uint8Array };

export interface Prompt {
  name: string;
  title: string;
  description: string;
  arguments: PromptArguments;
  /** Throws ProcedureError. */
  write(context: Context, given: Record<string, string | undefined>): Said[] | Promise<Said[]>;
}

interface Defined<Arguments extends PromptArguments> extends Omit<Prompt, "write"> {
  arguments: Arguments;
  write(context: Context, given: Given<Arguments>): ReturnType<Prompt["write"]>;
}

/** Keeps the names of one prompt's arguments together. */
export function definePrompt<const Arguments extends PromptArguments>(
  prompt: Defined<Arguments>,
): Prompt {
  return prompt as unknown as Prompt;
}

/** The procedure that is meant, or the newest. Throws what `load` throws. */
export async function loadOrNewest(
  { store }: Pick<Context, "store">,
  id: string | undefined,
): Promise<Procedure> {
  if (id !== undefined) return store.load(id);
  const [newest] = await store.list({ limit: 1 });
  if (newest === undefined)
    throw new ProcedureError("no_such_procedure", "there is no procedure yet; make one first");
  return newest;
}

/** Somebody's words, held together by quotation marks. */
export function quote(text: string): string {
  return JSON.stringify(oneLine(text));
}
