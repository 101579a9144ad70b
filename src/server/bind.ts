// The one file that binds tools to the SDK: schemas out, results and errors back.
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { CallToolResult, ContentBlock } from "@modelcontextprotocol/sdk/types.js";
import type { Logger } from "pino";
import { errorRecord } from "./error-record.js";
import { watchLeaving } from "./leaving.js";
import { playerMeta } from "./player.js";
import { reportProgress } from "./progress.js";
import { type Context, ProcedureError, WorkerError } from "../procedures/index.js";
import type { Answer, Block, Tool, ToolRun } from "../tools/index.js";

/** Captions and previews are as much for the person as for the model. */
const FOR_BOTH = { audience: ["user", "assistant"] as ("user" | "assistant")[] };

export interface Binding extends Pick<ToolRun, "settings" | "jobs" | "version"> {
  context: Context;
  log: Logger;
  onCalled?: ((called: Called) => void) | undefined;
}

/** What became of a call, for whoever counts them. */
export interface Called {
  tool: string;
  outcome: "answered" | "error" | "left";
  ms: number;
}

export function bindTools(
  server: McpServer,
  tools: readonly Tool[],
  { context, log, onCalled, ...shared }: Binding,
): void {
  for (const tool of tools) {
    const { title, description, annotations } = tool;
    server.registerTool(
      tool.name,
      {
        title,
        description,
        inputSchema: tool.input,
        outputSchema: tool.output,
        annotations: { title, ...annotations },
        ...playerMeta(tool),
      },
      async (input, { signal: cancelled, _meta, sendNotification }) => {
        const startedAt = performance.now();
        let outcome: Called["outcome"] = "answered";
        const progressToken = _meta?.progressToken;
        const progress =
          progressToken === undefined // 0 is a token
            ? undefined
            : reportProgress((params) =>
                sendNotification({
                  method: "notifications/progress",
                  params: { progressToken, ...params },
                }),
              );
        const leaving = watchLeaving(cancelled, () => server.isConnected());
        try {
          const onProgress = progress?.report;
          const answer = await tool.run(context, input, { ...shared, ...leaving, onProgress });
          log.info({ tool: tool.name, ms: Math.round(performance.now() - startedAt) }, "answered");
          return toResult(answer);
        } catch (error) {
          outcome = leaving.signal.aborted ? "left" : "error";
          if (outcome === "error") return toError(error, tool.name, log);
          log.info({ tool: tool.name }, "nobody waits for the answer");
          return { content: [] };
        } finally {
          progress?.stop();
          onCalled?.({ tool: tool.name, outcome, ms: performance.now() - startedAt });
        }
      },
    );
  }
}

function toResult({ structured, blocks }: Answer<Record<string, unknown>>): CallToolResult {
  return { content: blocks.map(toContent), structuredContent: structured };
}

function toContent(block: Block): ContentBlock {
  if (block.kind === "text") return { type: "text", text: block.text, annotations: FOR_BOTH };
  if (block.kind === "link") {
    const { uri, name, mimeType, sizeBytes: size } = block;
    return { type: "resource_link", uri, name, mimeType, size, annotations: FOR_BOTH };
  }
  return {
    type: "image",
    data: Buffer.from(block.jpeg).toString("base64"),
    mimeType: "image/jpeg",
    annotations: FOR_BOTH,
  };
}

function toError(error: unknown, tool: string, log: Logger): CallToolResult {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof ProcedureError || error instanceof WorkerError)
    log.warn({ tool, code: error.code }, "refused");
  else log.error({ tool, ...errorRecord(error) }, "failed");
  return { isError: true, content: [{ type: "text", text }] };
}
