// MCP: a context, spoken over a transport.
export { createServer, type ServerOptions } from "./server.js";
export { serveStdio } from "./stdio.js";
