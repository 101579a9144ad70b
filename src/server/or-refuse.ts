// A request that cannot be met, said to the client in the words of whoever could not meet it.
import { ErrorCode } from "@modelcontextprotocol/sdk/types.js";
import { ProcedureError } from "../procedures/index.js";

/** Rejects with a protocol error where `run` rejects with a ProcedureError. */
export async function orRefuse<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ProcedureError)) throw error;
    // McpError would say "MCP error" once here and once more at the client.
    throw Object.assign(new Error(error.message), { code: ErrorCode.InvalidParams });
  }
}
