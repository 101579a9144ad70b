// What a tool is: data and one function. Nothing here knows the protocol; `server/bind.ts` does.
import type { z } from "zod";
import type { Config } from "../config.js";
import { loosen } from "./loose.js";
import type { Context, Jobs, MakeProgress } from "../procedures/index.js";

/** What a tool shows, in order. Pictures are JPEG; a link names a resource of this server. */
export type Block =
  | { kind: "text"; text: string }
  | { kind: "picture"; jpeg: Uint8Array }
  | { kind: "link"; uri: string; name: string; mimeType: string; sizeBytes: number };

export interface Answer<Structured> {
  /** everything but the pictures */
  structured: Structured;
  /** everything, for hosts that read nothing else; the first block is a text */
  blocks: Block[];
}

export type ToolSettings = Pick<Config, "previewBudgetBytes" | "previewSidePx">;

export interface ToolRun {
  settings: ToolSettings;
  /** the caller's own */
  jobs: Jobs;
  /** this program's */
  version: string;
  /** aborted when nobody waits for the answer any more */
  signal?: AbortSignal | undefined;
  /** aborted when somebody wants the work to stop; `signal` is too, then */
  stop?: AbortSignal | undefined;
  onProgress?: ((progress: MakeProgress) => void) | undefined;
}

export interface Tool<
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodObject = z.ZodObject,
> {
  name: string;
  title: string;
  description: string;
  input: Input;
  output: Output;
  annotations: {
    readOnlyHint: boolean;
    destructiveHint: boolean;
    idempotentHint: boolean;
    openWorldHint: boolean;
  };
  /** its answers are shown in the step player, or it feeds the player and is hidden from models */
  player?: "shows" | "feeds";
  run(context: Context, input: z.output<Input>, run: ToolRun): Promise<Answer<z.input<Output>>>;
}

/** Keeps the types of one tool's schemas together, and takes its arguments loosely. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: Tool<Input, Output>,
): Tool<Input, Output> {
  return { ...tool, input: loosen(tool.input) };
}

/** Makes something new, changes nothing that is there, and stays on this machine. */
export const MAKES = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: false,
  openWorldHint: false,
};

/** Changes what is there, and does nothing more when it is called again. */
export const CHANGES = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

/** Takes away what cannot be had back. */
export const DESTROYS = { ...CHANGES, destructiveHint: true };

/** Looks, and touches nothing. */
export const READS = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};
