// A server in and out of configurations: what is added is right, and everything else is as it was.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { type Host, HOSTS, withoutServer, withServer } from "#src/install/index.js";
import fc from "fast-check";
import { parse } from "jsonc-parser";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { CONFIGS } from "./configs.js";

const launch = { command: "/usr/bin/node", args: ["/opt/make anything/cli.js", "serve"] };

function hostWith(servers: string): Host {
  return Object.values(HOSTS).find((host: Host) => host.servers === servers)!;
}

function read(text: string): Record<string, Record<string, unknown>> {
  return parse(text.replace(/^\uFEFF/, ""), [], { allowTrailingComma: true });
}

describe.each(Object.entries(CONFIGS))("%s", (_, { servers, text }) => {
  const host = hostWith(servers);
  const edited = withServer(text, host, launch);

  test("gets the server, and keeps the others", () => {
    const { [servers]: before, ...rest } = read(text);
    const entry = { ...host.extra, ...launch };
    expect(read(edited)).toEqual({ ...rest, [servers]: { makeanything: entry, ...before } });
  });

  test("has nothing but a piece more, which goes again", () => {
    const start = [...text].findIndex((character, i) => character !== edited[i]);
    const added = edited.length - text.length;
    expect(edited.slice(0, start) + edited.slice(start + added)).toBe(text);
    expect(withoutServer(edited, host)).toBe(text);
  });

  test("is left alone when it has the server, or has it no more", () => {
    expect(withServer(edited, host, launch)).toBe(edited);
    expect(withoutServer(text, host)).toBe(text);
  });
});

const cursor: Host = HOSTS.cursor;

test.each([
  ["{}", '{\n  "mcpServers": {\n    "makeanything": {'],
  ["{}\n", '{\n  "mcpServers": {\n    "makeanything": {'],
  ['{\n\t"a": 1\n}', '{\n\t"mcpServers": {\n\t\t"makeanything": {'],
  ['{"mcpServers":{}}', '{"mcpServers":{"makeanything":{'],
  ['{\n  "mcpServers": {\n  }\n}', '{\n  "mcpServers": {\n    "makeanything": {'],
  ['{\n  "mcpServers": {\n    // none yet\n  }\n}', '{\n  "mcpServers": {\n    "makeanything": {'],
])("%j gets it in its own layout", (text, beginning) => {
  const edited = withServer(text, cursor, launch);
  expect(edited.slice(0, beginning.length)).toBe(beginning);
  expect(read(edited)["mcpServers"]).toEqual({ makeanything: launch });
  expect(edited.includes("// none yet")).toBe(text.includes("// none yet"));
});

test("an entry that is there is brought up to date, and keeps what a person added", () => {
  const text = `{
  "mcpServers": {
    "makeanything": {
      "command": "/old/node",
      "args": ["/old/cli.js", "serve"],
      "env": { "MAKEANYTHING_HOME": "/data" } // mine
    }
  }
}`;
  const edited = withServer(text, cursor, launch);
  expect(edited).toContain('"env": { "MAKEANYTHING_HOME": "/data" } // mine\n');
  const env = { MAKEANYTHING_HOME: "/data" };
  expect(read(edited)["mcpServers"]).toEqual({ makeanything: { ...launch, env } });
});

test("an entry that is no object becomes one", () => {
  const text = '{ "mcpServers": { "makeanything": null } }';
  expect(read(withServer(text, cursor, launch))["mcpServers"]).toEqual({ makeanything: launch });
});

test("a server that was put last goes, with the comma before it and no comment", () => {
  const text = `{
  "mcpServers": {
    "a": { "command": "x" }, // about a
    // about makeanything
    "makeanything": { "command": "node" } // ours
  }
}`;
  const without = withoutServer(text, cursor);
  expect(read(without)["mcpServers"]).toEqual({ a: { command: "x" } });
  for (const comment of ["// about a\n", "// about makeanything", "// ours"])
    expect(without).toContain(comment);
});

test.each([
  ["", /not valid JSON/],
  ['{"mcpServers": {', /not valid JSON: CloseBraceExpected in line 1, column 17/],
  ['{"a": 1}\n{"b": 2}', /not valid JSON: EndOfFileExpected in line 2/],
  ["[]", /the file is not an object/],
  ['{"mcpServers": []}', /"mcpServers" is not an object in line 1, column 16/],
  ['{\n"mcpServers": {},\n"mcpServers": {}}', /"mcpServers" is there twice in line 3/],
  ['{"mcpServers": {"makeanything": 1, "makeanything": 2}}', /"makeanything" is there twice/],
  ["{'mcpServers': {}}", /not valid JSON/],
])("%j is refused", (text, words) => {
  expect(() => withServer(text, cursor, launch)).toThrow(words);
  expect(() => withoutServer(text, cursor)).toThrow(words);
});

test("whatever the servers and the layout, in and out again changes no character", () => {
  const name = fc.string().filter((key) => key !== "makeanything");
  const servers = fc.dictionary(name, fc.jsonValue(), { minKeys: 1 });
  const layout = fc.constantFrom(undefined, 2, 4, "\t");
  fc.assert(
    fc.property(servers, fc.dictionary(name, fc.jsonValue()), layout, (mine, others, space) => {
      const text = JSON.stringify({ ...others, mcpServers: mine }, null, space);
      const edited = withServer(text, cursor, launch);
      const { makeanything, ...rest } = read(edited)["mcpServers"]!;
      expect(makeanything).toEqual(launch);
      expect(JSON.stringify(rest)).toBe(JSON.stringify(read(text)["mcpServers"]));
      expect(withoutServer(edited, cursor)).toBe(text);
    }),
  );
});

test("wherever the comments are, they stay, and what is no comment says the same", () => {
  const trivia = fc.array(
    fc.constantFrom(" ", "\t", "\n", "\r\n", "// a ,\n", "/* b } */", "/* c\n { */"),
    { maxLength: 3 },
  );
  const servers = fc.dictionary(fc.constantFrom("a", "b", "makeanything"), fc.constant({ x: [1] }));
  const around = fc.array(trivia, { minLength: 40, maxLength: 40 });
  fc.assert(
    fc.property(servers, around, fc.boolean(), (mine, blanks, hasServers) => {
      const json = JSON.stringify({ z: 1, ...(hasServers && { mcpServers: mine }), y: 2 });
      const tokens = json.match(/"[^"]*"|[^"]/g)!;
      const text = tokens.map((token, i) => token + (blanks[i]?.join("") ?? "")).join("");
      const { makeanything: _, ...others } = read(text)["mcpServers"] ?? {};

      const without = withoutServer(text, cursor);
      if (hasServers) expect(read(without)["mcpServers"]).toEqual(others);
      else expect(without).toBe(text);

      const edited = withServer(without, cursor, launch);
      expect(read(edited)).toEqual({ z: 1, mcpServers: { ...others, makeanything: launch }, y: 2 });
      expect(comments(edited)).toEqual(comments(without));
      expect(read(withoutServer(edited, cursor))["mcpServers"]).toEqual(others);
      expect(comments(withoutServer(edited, cursor))).toEqual(comments(without));
    }),
    { numRuns: 500 },
  );
});

/** Outside strings, which hold none here. */
function comments(text: string): string[] {
  return text.match(/\/\/ a|\/\* . *\n?[^*]*\*\//g) ?? [];
}

describe("the files of the hosts", () => {
  const homeDir = temporaryFolder();
  const on = (platform: NodeJS.Platform, env = {}) =>
    Object.values(HOSTS).map((host: Host) =>
      path.relative(homeDir, host.file({ env, homeDir, platform })),
    );

  test("on macOS", () => {
    expect(on("darwin")).toEqual([
      path.join("Library", "Application Support", "Claude", "claude_desktop_config.json"),
      ".claude.json",
      path.join(".cursor", "mcp.json"),
      path.join("Library", "Application Support", "Code", "User", "mcp.json"),
    ]);
  });

  test("on Linux, whose configuration may lie elsewhere", () => {
    const env = { XDG_CONFIG_HOME: path.join(homeDir, "etc"), CLAUDE_CONFIG_DIR: homeDir };
    expect(on("linux")[0]).toBe(path.join(".config", "Claude", "claude_desktop_config.json"));
    expect(on("linux", env)).toEqual([
      path.join("etc", "Claude", "claude_desktop_config.json"),
      ".claude.json",
      path.join(".cursor", "mcp.json"),
      path.join("etc", "Code", "User", "mcp.json"),
    ]);
  });

  test("on Windows, where Claude Desktop may see a Roaming of its own", () => {
    expect(on("win32")).toEqual([
      path.join("AppData", "Roaming", "Claude", "claude_desktop_config.json"),
      ".claude.json",
      path.join(".cursor", "mcp.json"),
      path.join("AppData", "Roaming", "Code", "User", "mcp.json"),
    ]);
    mkdirSync(path.join(homeDir, "AppData", "Local", "Packages", "Claude_abc"), {
      recursive: true,
    });
    const roaming = path.join("Claude_abc", "LocalCache", "Roaming", "Claude");
    expect(on("win32")[0]).toBe(
      path.join("AppData", "Local", "Packages", roaming, "claude_desktop_config.json"),
    );
  });
});
