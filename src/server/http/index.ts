// MCP over Streamable HTTP.
export { type Address, parseAddress, USUAL } from "./address.js";
export { HttpError } from "./error.js";
export { type Limits, LIMITS } from "./limits.js";
export { Metrics } from "./metrics.js";
export type { OAuthOptions } from "./oauth.js";
export { createHttpServer, type HttpServer, type HttpServerOptions } from "./server.js";
export { serveHttp, type ServeHttpOptions } from "./serve.js";
export type { Caller } from "./sessions.js";
export type { NamedToken } from "./tokens.js";
