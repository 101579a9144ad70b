// What hosts read of a bundle, for every platform.
import { MANIFEST_SCHEMAS } from "@anthropic-ai/mcpb";
import { expect, test } from "vitest";
import { manifestFor } from "../../bundle/manifest.js";
import { PLATFORMS, platformNamed } from "../../bundle/platforms.js";

const about = {
  name: "makeanything-mcp",
  version: "1.2.3",
  description: "Shows how things are made.",
  license: "Apache-2.0",
  engines: { node: ">=20.19.0" },
};

test.each(Object.keys(PLATFORMS))("%s has a manifest that holds by the schema", (name) => {
  const tools = [{ name: "draw", description: "Draws.", run: () => {} }];
  const manifest = manifestFor(platformNamed(name), about, tools);
  const parsed = MANIFEST_SCHEMAS["0.3"].parse(manifest);
  expect(parsed).toEqual(manifest);
  expect(parsed.compatibility?.platforms).toEqual([name.split("-")[0]]);
  expect(parsed.tools).toEqual([{ name: "draw", description: "Draws." }]);
});

test("a platform without a runtime is refused by name", () => {
  expect(() => platformNamed("darwin-x64")).toThrow(/darwin-x64; there are .*darwin-arm64/);
});
