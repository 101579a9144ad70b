// MCP: a context, spoken over a transport. HTTP has a door of its own, `http/index.ts`: what it takes along
// would cost everybody else half of their start.
export { createServer, type ServerOptions } from "./server.js";
export { serveStdio } from "./stdio.js";
