// A bundle's door. Claude Desktop runs it in a Node of its own, which loads no native module and cannot be
// started a second time; so the children run under the Node that lies here. It comes without its execute
// bit, for Claude Desktop takes that from whatever it unpacks.
import { chmodSync } from "node:fs";
import { fileURLToPath } from "node:url";

const isWindows = process.platform === "win32";
const node = inBundle(isWindows ? "node/node.exe" : "node/node");
const cli = inBundle("dist/src/cli.js");

if (!isWindows) chmodSync(node, 0o755);
process.env["MAKEANYTHING_NODE"] = node;
process.argv = [process.execPath, cli, "serve"];
await import(new URL("dist/src/cli.js", import.meta.url).href);

function inBundle(place: string): string {
  return fileURLToPath(new URL(place, import.meta.url));
}
