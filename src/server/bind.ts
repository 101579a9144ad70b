// The one file that binds tools to the SDK: schemas out, results and errors back.
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { CallToolResult, ContentBlock } from "@modelcontextprotocol/sdk/types.js";
import type { Logger } from "pino";
import { reportProgress } from "./progress.js";
import { type Context, ProcedureError, WorkerError } from "../procedures/index.js";
import type { Answer, Block, Tool, ToolSettings } from "../tools/index.js";

/** Captions and previews are as much for the person as for the model. */
const FOR_BOTH = { audience: ["user", "assistant"] as ("user" | "assistant")[] };

export function bindTools(
  server: McpServer,
  tools: readonly Tool[],
  { context, settings, log }: { context: Context; settings: ToolSettings; log: Logger },
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
      },
      async (input, { signal, _meta, sendNotification }) => {
        const startedAt = performance.now();
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
        try {
          const answer = await tool.run(context, input, {
            signal,
            onProgress: progress?.report,
            settings,
          });
          log.info({ tool: tool.name, ms: Math.round(performance.now() - startedAt) }, "answered");
          return toResult(answer);
        } catch (error) {
          return toError(error, tool.name, log);
        } finally {
          progress?.stop();
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
  else log.error({ tool, err: error }, "failed");
  return { isError: true, content: [{ type: "text", text }] };
}
