// MCP: a context, spoken over a transport.
export { createServer, type ServerOptions } from "./server.js";
export { type Limits, parseAddress, serveHttp, USUAL } from "./http/index.js";
export { serveStdio } from "./stdio.js";
