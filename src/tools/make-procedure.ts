// What the tools that make a procedure share: it is a job of the server, for which a call waits a while.
import { type ProcedureOutput, procedureAnswer } from "./procedure-answer.js";
import type { Answer, ToolRun } from "./tool.js";
import { type Context, type Plan, WorkerError } from "../procedures/index.js";

export async function makeProcedure(
  context: Context,
  plan: () => Promise<Plan>,
  waitSeconds: number,
  { jobs, settings, signal, stop, onProgress }: ToolRun,
): Promise<Answer<ProcedureOutput>> {
  const { id } = await jobs.start(plan);
  const waited = await jobs.wait(id, { ms: 1000 * waitSeconds, signal, onProgress });
  const found = stop?.aborted ? await jobs.cancel(id) : waited;
  signal?.throwIfAborted();
  if (found.state === "failed")
    throw new WorkerError(found.job.code ?? "failed", found.job.message);
  return procedureAnswer(context, found, settings);
}
