import { writeFileSync } from "node:fs";
import path from "node:path";
import { type Config, ConfigError, loadConfig, SECRET_VARIABLES, tokensOf } from "#src/config.js";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "./support/temporary.js";

const home = temporaryFolder();
const LONG = "a-token-of-enough-letters";
const OTHER = "another-token-of-enough==";

function load(env: NodeJS.ProcessEnv, json: object = {}): Config {
  writeFileSync(path.join(home, "config.json"), JSON.stringify(json));
  return loadConfig({ env: { MAKEANYTHING_HOME: home, ...env }, homeDir: home });
}

describe("tokens", () => {
  const both = [
    { name: "ann", token: LONG },
    { name: "bob.2", token: OTHER },
  ];

  test("stand in a variable, in config.json or in a file, by name", () => {
    expect(load({ MAKEANYTHING_HTTP_TOKENS: `ann=${LONG}, bob.2=${OTHER}` }).httpTokens).toEqual(
      both,
    );
    expect(load({}, { httpTokens: { ann: LONG, "bob.2": OTHER } }).httpTokens).toEqual(both);
    writeFileSync(path.join(home, "tokens"), `# comment\r\n\r\n bob.2=${OTHER}\r\n`);
    const config = load({ MAKEANYTHING_HTTP_TOKENS: `ann=${LONG}` }, { httpTokensFile: "tokens" });
    expect(tokensOf(config)).toEqual(both);
    expect(tokensOf({})).toEqual([]);
  });

  test("may be two for one name, and never one for two", () => {
    const two = load({ MAKEANYTHING_HTTP_TOKENS: `ann=${LONG},ann=${OTHER}` });
    expect(two.httpTokens).toHaveLength(2);
    const shared = { MAKEANYTHING_HTTP_TOKENS: `ann=${LONG},bob=${LONG}` };
    expect(() => load(shared)).toThrow(ConfigError);
  });

  test.each([LONG, "ann=short", "=" + LONG, `an n=${LONG}`, `ann=${LONG} x`, `ann=${LONG},`])(
    "have their form, and no message repeats one: %s",
    (text) => {
      const message = messageOf(() => load({ MAKEANYTHING_HTTP_TOKENS: text }));
      expect(message).toMatch(/^httpTokens in the variable MAKEANYTHING_HTTP_TOKENS must be /);
      expect(message).not.toContain(LONG);
      expect(message).not.toContain("short");
      writeFileSync(path.join(home, "tokens"), `${text}\n`);
      const inFile = messageOf(() => tokensOf({ httpTokensFile: path.join(home, "tokens") }));
      expect(inFile).toContain(path.join(home, "tokens"));
      expect(inFile).not.toContain(LONG);
    },
  );
});

test("an authorization server is described whole, and its secret is not repeated", () => {
  const oauth = {
    issuer: "https://id.example.org",
    resource: "https://make.example.org/mcp",
    clientId: "makeanything",
    clientSecret: "5ecret",
  };
  expect(load({}, { httpOauth: oauth }).httpOauth).toEqual(oauth);
  const asText = { MAKEANYTHING_HTTP_OAUTH: JSON.stringify(oauth) };
  expect(load(asText).httpOauth).toEqual(oauth);
  for (const wrong of [
    { ...oauth, issuer: "id" },
    { ...oauth, scopes: ["a b"] },
    { clientSecret: "5ecret" },
    "5ecret",
  ]) {
    const message = messageOf(() => load({}, { httpOauth: wrong }));
    expect(message).toContain("httpOauth in ");
    expect(message).not.toContain("5ecret");
  }
});

test("names and pages are lists", () => {
  const config = load({
    MAKEANYTHING_HTTP_HOSTS: "make.example.org, make",
    MAKEANYTHING_HTTP_ORIGINS: "https://a.example",
  });
  expect(config.httpHosts).toEqual(["make.example.org", "make"]);
  expect(config.httpOrigins).toEqual(["https://a.example"]);
  expect(() => load({ MAKEANYTHING_HTTP_HOSTS: "http://make" })).toThrow("httpHosts");
  expect(() => load({ MAKEANYTHING_HTTP_ORIGINS: "https://a.example/" })).toThrow("httpOrigins");
});

test("what is secret is known by its variable", () => {
  expect(SECRET_VARIABLES).toEqual(["MAKEANYTHING_HTTP_TOKENS", "MAKEANYTHING_HTTP_OAUTH"]);
});

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("no ConfigError was thrown");
}
