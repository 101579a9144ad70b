// The server that the conformance suite wants to meet: its scenarios name these tools, resources and
// prompts. What is tested is the HTTP factory and the SDK under it; nothing here is in the product.
import { setTimeout as sleep } from "node:timers/promises";
import { completable } from "@modelcontextprotocol/sdk/server/completable.js";
import { McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
  CallToolRequestSchema,
  type CallToolResult,
  type ContentBlock,
  CreateMessageResultSchema,
  ElicitResultSchema,
  ListToolsRequestSchema,
  type ServerNotification,
  type ServerRequest,
  SubscribeRequestSchema,
  type Tool,
  UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

interface Fixture {
  name: string;
  description: string;
  inputSchema?: Tool["inputSchema"];
  run(input: Record<string, unknown>, extra: Extra): Promise<ContentBlock[]>;
}

const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
/** 44 bytes of header and no sound. */
const WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=";
const STEP_MS = 50;

const text = (words: string): ContentBlock => ({ type: "text", text: words });
const image: ContentBlock = { type: "image", data: PNG, mimeType: "image/png" };
const embedded = (uri: string, mimeType: string, words: string): ContentBlock => ({
  type: "resource",
  resource: { uri, mimeType, text: words },
});
const withText = (argument: string): Tool["inputSchema"] => ({
  type: "object",
  properties: { [argument]: { type: "string" } },
  required: [argument],
});

async function elicit(
  { sendRequest }: Extra,
  message: string,
  properties: Record<string, object>,
  required: string[] = [],
): Promise<ContentBlock[]> {
  const requestedSchema = { type: "object", properties, required };
  const params = { message, requestedSchema } as never;
  const answer = await sendRequest({ method: "elicitation/create", params }, ElicitResultSchema);
  const { action, content } = answer;
  return [text(`Elicitation completed: action=${action}, content=${JSON.stringify(content)}`)];
}

const titled = (names: string[]) =>
  names.map((name, i) => ({ const: `value${i + 1}`, title: `${name} Option` }));
const options = ["option1", "option2", "option3"];

const TOOLS: readonly Fixture[] = [
  {
    name: "test_simple_text",
    description: "Answers with a text.",
    run: async () => [text("This is a simple text response for testing.")],
  },
  {
    name: "test_image_content",
    description: "Answers with a picture.",
    run: async () => [image],
  },
  {
    name: "test_audio_content",
    description: "Answers with a sound.",
    run: async () => [{ type: "audio", data: WAV, mimeType: "audio/wav" }],
  },
  {
    name: "test_embedded_resource",
    description: "Answers with a resource.",
    run: async () => [
      embedded("test://embedded-resource", "text/plain", "This is an embedded resource content."),
    ],
  },
  {
    name: "test_multiple_content_types",
    description: "Answers with a text, a picture and a resource.",
    run: async () => [
      text("Multiple content types test:"),
      image,
      embedded(
        "test://mixed-content-resource",
        "application/json",
        JSON.stringify({ test: "data", value: 123 }),
      ),
    ],
  },
  {
    name: "test_tool_with_logging",
    description: "Logs three times while it runs.",
    async run(_, { sendNotification }) {
      for (const data of [
        "Tool execution started",
        "Tool processing data",
        "Tool execution completed",
      ]) {
        await sendNotification({
          method: "notifications/message",
          params: { level: "info", data },
        });
        await sleep(STEP_MS);
      }
      return [text("Logged three times.")];
    },
  },
  {
    name: "test_error_handling",
    description: "Fails.",
    run: async () => {
      throw new Error("This tool intentionally returns an error for testing");
    },
  },
  {
    name: "test_tool_with_progress",
    description: "Reports its progress three times.",
    async run(_, { _meta, sendNotification }) {
      const progressToken = _meta?.progressToken;
      for (const progress of [0, 50, 100]) {
        if (progressToken !== undefined)
          await sendNotification({
            method: "notifications/progress",
            params: { progressToken, progress, total: 100 },
          });
        await sleep(STEP_MS);
      }
      return [text("Went from 0 to 100.")];
    },
  },
  {
    name: "test_sampling",
    description: "Asks the client's model.",
    inputSchema: withText("prompt"),
    async run({ prompt }, { sendRequest }) {
      const content = { type: "text" as const, text: String(prompt) };
      const params = { messages: [{ role: "user" as const, content }], maxTokens: 100 };
      const answer = await sendRequest(
        { method: "sampling/createMessage", params },
        CreateMessageResultSchema,
      );
      return [text(`LLM response: ${JSON.stringify(answer.content)}`)];
    },
  },
  {
    name: "test_elicitation",
    description: "Asks the person.",
    inputSchema: withText("message"),
    run: ({ message }, extra) =>
      elicit(
        extra,
        String(message),
        {
          username: { type: "string", description: "User's response" },
          email: { type: "string", description: "User's email address" },
        },
        ["username", "email"],
      ),
  },
  {
    name: "test_elicitation_sep1034_defaults",
    description: "Asks the person, with defaults.",
    run: (_, extra) =>
      elicit(extra, "Review these", {
        name: { type: "string", default: "John Doe" },
        age: { type: "integer", default: 30 },
        score: { type: "number", default: 95.5 },
        status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
        verified: { type: "boolean", default: true },
      }),
  },
  {
    name: "test_elicitation_sep1330_enums",
    description: "Asks the person to choose.",
    run: (_, extra) =>
      elicit(extra, "Choose", {
        untitledSingle: { type: "string", enum: options },
        titledSingle: { type: "string", oneOf: titled(["First", "Second", "Third"]) },
        legacyEnum: {
          type: "string",
          enum: ["opt1", "opt2", "opt3"],
          enumNames: ["Option One", "Option Two", "Option Three"],
        },
        untitledMulti: { type: "array", items: { type: "string", enum: options } },
        titledMulti: { type: "array", items: { anyOf: titled(["First", "Second", "Third"]) } },
      }),
  },
  {
    name: "test_reconnection",
    description: "Lets its stream break off, and answers on the next one.",
    async run(_, { closeSSEStream }) {
      await sleep(STEP_MS);
      closeSSEStream?.();
      await sleep(2 * STEP_MS);
      return [text("Reconnection test completed successfully")];
    },
  },
  {
    name: "json_schema_2020_12_tool",
    description: "Has a schema that uses what JSON Schema 2020-12 brought.",
    inputSchema: {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      $defs: {
        address: {
          $anchor: "addressDef",
          type: "object",
          properties: { street: { type: "string" }, city: { type: "string" } },
        },
      },
      properties: {
        name: { type: "string" },
        address: { $ref: "#/$defs/address" },
        contactMethod: { type: "string", enum: ["phone", "email"] },
        phone: { type: "string" },
        email: { type: "string" },
      },
      allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
      if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: { required: ["phone"] },
      else: { required: ["email"] },
      additionalProperties: false,
    },
    run: async () => [text("Its schema is what counts.")],
  },
];

export function createFixtureServer(): McpServer {
  const server = new McpServer(
    { name: "conformance-fixtures", version: "1" },
    { capabilities: { logging: {} } },
  );
  serveTools(server);
  serveResources(server);
  servePrompts(server);
  return server;
}

/** By hand: the SDK makes its schemas from zod, which knows nothing of some keywords. */
function serveTools({ server }: McpServer): void {
  server.registerCapabilities({ tools: {} });
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: TOOLS.map(({ name, description, inputSchema = { type: "object" as const } }) => ({
      name,
      description,
      inputSchema,
    })),
  }));
  server.setRequestHandler(
    CallToolRequestSchema,
    async ({ params }, extra): Promise<CallToolResult> => {
      const tool = TOOLS.find(({ name }) => name === params.name);
      try {
        if (!tool) throw new Error(`there is no tool ${params.name}`);
        return { content: await tool.run(params.arguments ?? {}, extra) };
      } catch (error) {
        return { isError: true, content: [text((error as Error).message)] };
      }
    },
  );
}

function serveResources(server: McpServer): void {
  const about = (mimeType: string) => ({ description: "A fixture.", mimeType });
  const fixed = (uri: string, mimeType: string, content: { text: string } | { blob: string }) =>
    server.registerResource(uri, uri, about(mimeType), () => ({
      contents: [{ uri, mimeType, ...content }],
    }));
  fixed("test://static-text", "text/plain", {
    text: "This is the content of the static text resource.",
  });
  fixed("test://static-binary", "image/png", { blob: PNG });
  fixed("test://watched-resource", "text/plain", { text: "It never changes." });
  server.registerResource(
    "template",
    new ResourceTemplate("test://template/{id}/data", { list: undefined }),
    about("application/json"),
    ({ href: uri }, { id }) => {
      const body = { id, templateTest: true, data: `Data for ID: ${id}` };
      return { contents: [{ uri, mimeType: "application/json", text: JSON.stringify(body) }] };
    },
  );
  server.server.registerCapabilities({ resources: { subscribe: true } });
  for (const schema of [SubscribeRequestSchema, UnsubscribeRequestSchema])
    server.server.setRequestHandler(schema, () => ({}));
}

function servePrompts(server: McpServer): void {
  const say = (...contents: ContentBlock[]) => ({
    messages: contents.map((content) => ({ role: "user" as const, content })),
  });
  const argument = (description: string) => z.string().describe(description);
  server.registerPrompt("test_simple_prompt", { description: "Says one thing." }, () =>
    say(text("This is a simple prompt for testing.")),
  );
  server.registerPrompt(
    "test_prompt_with_arguments",
    {
      description: "Says its arguments.",
      argsSchema: {
        arg1: completable(argument("First test argument"), (start) =>
          ["test", "testing", "paris"].filter((word) => word.startsWith(start)),
        ),
        arg2: argument("Second test argument"),
      },
    },
    ({ arg1, arg2 }) => say(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  );
  server.registerPrompt(
    "test_prompt_with_embedded_resource",
    {
      description: "Holds a resource.",
      argsSchema: { resourceUri: argument("URI of the resource to embed") },
    },
    ({ resourceUri }) =>
      say(
        embedded(resourceUri, "text/plain", "Embedded resource content for testing."),
        text("Please process the embedded resource above."),
      ),
  );
  server.registerPrompt("test_prompt_with_image", { description: "Holds a picture." }, () =>
    say(image, text("Please analyze the image above.")),
  );
}
