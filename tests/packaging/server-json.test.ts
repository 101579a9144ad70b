// What the MCP registry is told agrees with the package that it will fetch.
import { readFileSync } from "node:fs";
import path from "node:path";
import { loadConfig, packageRoot } from "#src/config.js";
import { expect, test } from "vitest";
import { z } from "zod";

function read(name: string): unknown {
  return JSON.parse(readFileSync(path.join(packageRoot(), name), "utf8"));
}

/** The parts that we use of the registry's schema of 2025-12-11, and of what it asks beyond it. */
const serverSchema = z.strictObject({
  $schema: z.literal(
    "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
  ),
  name: z
    .string()
    .min(3)
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version: z.string().max(255),
  packages: z.tuple([
    z.strictObject({
      registryType: z.literal("npm"),
      registryBaseUrl: z.literal("https://registry.npmjs.org"),
      identifier: z.string(),
      version: z.string().regex(/^\d+\.\d+\.\d+$/),
      runtimeHint: z.literal("npx"),
      transport: z.strictObject({ type: z.literal("stdio") }),
      packageArguments: z.array(
        z.strictObject({ type: z.literal("positional"), value: z.string() }),
      ),
      environmentVariables: z.array(
        z.strictObject({
          name: z.string(),
          description: z.string(),
          format: z.literal("filepath").optional(),
        }),
      ),
    }),
  ]),
});
const server = serverSchema.parse(read("server.json"));
const [npm] = server.packages;
const about = read("package.json") as Record<string, unknown>;

test("name and versions are those of the package", () => {
  expect(about).toMatchObject({
    name: npm.identifier,
    version: server.version,
    mcpName: server.name,
  });
  expect(npm.version).toBe(server.version);
  // npx starts the one command that a package has
  expect(Object.keys(about["bin"] as object)).toHaveLength(1);
});

test("its variables are read", () => {
  const homeDir = path.resolve("home");
  const usual = loadConfig({ env: {}, homeDir });
  for (const { name } of npm.environmentVariables)
    expect(loadConfig({ env: { [name]: path.resolve("elsewhere") }, homeDir })).not.toEqual(usual);
});
