// The official host of MCP Apps in a browser page, with our real server behind it.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { packageRoot } from "#src/config.js";
import type { Browser, FrameLocator, Page } from "playwright-core";
import { afterAll } from "vitest";
import type { Session } from "../server/session.js";

/** What hosts allow a page that asks for nothing. */
const CSP =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

const hostPage = (hostContext: object) => `<!doctype html>
<meta name="color-scheme" content="light dark">
<style>body { margin: 0 } iframe { border: 0; width: 100%; height: 100px; display: block }</style>
<iframe sandbox="allow-scripts"></iframe>
<script type="importmap">{ "imports": {
  "@modelcontextprotocol/sdk/": "/node_modules/@modelcontextprotocol/sdk/dist/esm/",
  "zod": "/node_modules/zod/index.js",
  "zod/": "/node_modules/zod/",
  "zod/v3": "/node_modules/zod/v3/index.js",
  "zod/v4": "/node_modules/zod/v4/index.js",
  "zod/v4-mini": "/node_modules/zod/v4-mini/index.js",
  "zod/v4/core": "/node_modules/zod/v4/core/index.js",
  "zod-to-json-schema": "/node_modules/zod-to-json-schema/dist/esm/index.js"
} }</script>
<script type="module">
import { AppBridge, PostMessageTransport } from "/node_modules/@modelcontextprotocol/ext-apps/dist/src/app-bridge.js";
const iframe = document.querySelector("iframe");
const bridge = new AppBridge(null, { name: "test-host", version: "1" },
  { serverTools: {}, updateModelContext: { text: {} } }, { hostContext: ${JSON.stringify(hostContext)} });
bridge.oncalltool = (params) => callServer(params);
bridge.onupdatemodelcontext = async (params) => { window.modelContext = params; return {}; };
bridge.onsizechange = ({ height }) => { iframe.style.height = height + "px"; };
window.bridge = bridge;
window.initialized = new Promise((resolve) => { bridge.oninitialized = resolve; });
await bridge.connect(new PostMessageTransport(iframe.contentWindow, iframe.contentWindow));
iframe.src = "/app.html";
</script>`;

export interface AppHost {
  page: Page;
  /** what is inside the player's own frame */
  app: FrameLocator;
  /** what the player asked the server for */
  calls: { name: string; arguments: Record<string, unknown> }[];
  /** what went wrong in either page */
  problems: string[];
  sendResult(result: CallToolResult): Promise<void>;
  height(): Promise<number>;
  /** evaluates an expression inside the player's frame */
  inside(expression: string): Promise<unknown>;
}

/** Opens the player as a host does that read it from the server. */
export async function openApp(
  browser: Browser,
  session: Session,
  { width, theme }: { width: number; theme: "light" | "dark" },
): Promise<AppHost> {
  const { tools } = await session.client.listTools();
  const { _meta: meta } = tools.find(({ name }) => name === "generate_procedure") ?? {};
  const [content] = (await session.client.readResource({ uri: String(meta?.["ui/resourceUri"]) }))
    .contents;
  const html = content !== undefined && "text" in content ? content.text : "";
  const server = createServer(({ url = "" }, response) => {
    if (url.startsWith("/node_modules/")) {
      response.setHeader("content-type", "text/javascript");
      response.end(readFileSync(path.join(packageRoot(), url)));
    } else {
      response.setHeader("content-type", "text/html; charset=utf-8");
      if (url === "/app.html") response.setHeader("content-security-policy", CSP);
      response.end(url === "/app.html" ? html : hostPage({ theme, platform: "desktop" }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterAll(() => void server.close());

  const page = await browser.newPage({ viewport: { width, height: 560 }, colorScheme: theme });
  const calls: AppHost["calls"] = [];
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("favicon"))
      problems.push(message.text());
  });
  await page.exposeFunction("callServer", (params: (typeof calls)[number]) => {
    calls.push(params);
    return session.call(params.name, params.arguments);
  });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.evaluate("window.initialized");
  return {
    page,
    app: page.frameLocator("iframe"),
    calls,
    problems,
    sendResult: (result) =>
      page.evaluate(`window.bridge.sendToolResult(${JSON.stringify(result)})`) as Promise<void>,
    inside: async (expression) => page.frames()[1]?.evaluate(expression),
    height: async () => (await page.locator("iframe").boundingBox())?.height ?? 0,
  };
}
