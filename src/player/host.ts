// @ts-nocheck -- runs in a browser, whose types this program does not have
// A page's end of the MCP Apps protocol (specification 2026-01-26): JSON-RPC to the host's window.

/**
 * Connects to the host; it is carried into a page as text, so it uses nothing from outside.
 * @param handlers - by notification: what to do with its parameters
 * Gives `request`, `notify`, and `callTool`, which rejects with what a failed tool says.
 */
export function connectHost(handlers) {
  const waiting = new Map();
  let lastId = 0;

  addEventListener("message", ({ source, data }) => {
    if (source !== parent || data?.jsonrpc !== "2.0") return;
    const { id, method, params, result, error } = data;
    if (method === undefined) {
      const { resolve, reject } = waiting.get(id) ?? {};
      waiting.delete(id);
      if (error === undefined) resolve?.(result);
      else reject?.(new Error(error.message));
    } else if (id === undefined) handlers[method]?.(params ?? {});
    else if (method === "ping" || method === "ui/resource-teardown") post({ id, result: {} });
    else post({ id, error: { code: -32601, message: `no method ${method}` } });
  });

  return { request, notify, callTool };

  function post(message) {
    parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  }

  function notify(method, params) {
    post({ method, params });
  }

  function request(method, params) {
    return new Promise((resolve, reject) => {
      lastId++;
      waiting.set(lastId, { resolve, reject });
      post({ id: lastId, method, params });
    });
  }

  async function callTool(name, input) {
    const result = await request("tools/call", { name, arguments: input });
    if (!result.isError) return result;
    throw new Error(result.content.map(({ text = "" }) => text).join("\n"));
  }
}
