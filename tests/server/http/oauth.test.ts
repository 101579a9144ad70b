// An authorization server on this machine, and this server as one that believes its tokens.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createHttpServer, type OAuthOptions } from "#src/server/http/index.js";
import { describe, expect, onTestFinished, test } from "vitest";
import { ANN, begin, call, from, initialize, openToy, send, silent, start } from "./harness.js";

const RESOURCE = "http://127.0.0.1/mcp";
const CLIENT = { clientId: "makeanything", clientSecret: "a secret: of two" };
const soon = () => Math.floor(Date.now() / 1000) + 600;

/** What it says of each token. */
type Tokens = Record<string, Record<string, unknown>>;

/** Gives options to use it. @param asked - gets the tokens that it was asked about */
async function openIssuer(tokens: Tokens, asked: string[] = []): Promise<OAuthOptions> {
  const server = createServer(async (req, res) => {
    const issuer = `http://${req.headers.host}`;
    if (req.url === "/.well-known/oauth-authorization-server")
      return res.end(
        JSON.stringify({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          introspection_endpoint: `${issuer}/introspect`,
          response_types_supported: ["code"],
        }),
      );
    let body = "";
    for await (const chunk of req) body += chunk;
    const token = new URLSearchParams(body).get("token") ?? "";
    const basic = Buffer.from("makeanything:a%20secret%3A%20of%20two").toString("base64");
    if (req.url !== "/introspect" || req.headers.authorization !== `Basic ${basic}`)
      return res.writeHead(401).end();
    asked.push(token);
    return res.end(JSON.stringify(tokens[token] ?? { active: false }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { issuer: `http://127.0.0.1:${port}`, resource: RESOURCE, ...CLIENT };
}

const good = { active: true, sub: "ann", aud: RESOURCE, scope: "make look" };

test("a client without a token learns where tokens come from", async () => {
  const oauth = await openIssuer({});
  const { url } = await start({ oauth: { ...oauth, scopes: ["make"] } });
  const { status, headers } = await initialize(url);
  expect(status).toBe(401);
  expect(headers["www-authenticate"]).toContain(
    'resource_metadata="http://127.0.0.1/.well-known/oauth-protected-resource/mcp"',
  );
  const at = (path: string) => send(new URL(path, url).href);
  expect((await at("/.well-known/oauth-protected-resource/mcp")).json).toMatchObject({
    resource: RESOURCE,
    authorization_servers: [oauth.issuer],
    scopes_supported: ["make"],
  });
  const known = await at("/.well-known/oauth-authorization-server");
  expect(known.json).toMatchObject({ issuer: oauth.issuer });
});

test("a token that the issuer vouches for is taken, and asked about once in a while", async () => {
  const asked: string[] = [];
  const tokens = { "ann-1": { ...good, exp: soon() }, bob: { ...good, sub: "bob", exp: soon() } };
  let time = 0;
  const oauth = await openIssuer(tokens, asked);
  const { url } = await start({ oauth: { ...oauth, scopes: ["make"] }, now: () => time });
  const id = await begin(url, "ann-1");
  expect((await call(url, from("ann-1", id))).status).toBe(200);
  expect((await call(url, from("bob", id))).status).toBe(404);
  expect(asked).toEqual(["ann-1", "bob"]);
  tokens["ann-1"] = { ...good, active: false, exp: soon() };
  time = 31_000;
  expect((await call(url, from("ann-1", id))).status).toBe(401);
});

describe("a token is refused that", () => {
  const exp = soon();
  test.each([
    ["is not active", 401, { ...good, exp, active: false }],
    ["is for another server", 401, { ...good, exp, aud: ["http://127.0.0.1/other"] }],
    ["names no audience", 401, { ...good, exp, aud: undefined }],
    ["comes from another issuer", 401, { ...good, exp, iss: "https://evil.example" }],
    ["names nobody", 401, { ...good, exp, sub: undefined }],
    ["has no end", 401, good],
    ["is over", 401, { ...good, exp: 1 }],
    ["allows too little", 403, { ...good, exp, scope: "look" }],
    ["is spoken of strangely", 500, { ...good, exp, active: "yes" }],
  ])("%s", async (_, status, said) => {
    const oauth = await openIssuer({ token: said });
    const { url } = await start({ oauth: { ...oauth, scopes: ["make"] } });
    expect(await initialize(url, "token")).toMatchObject({
      status,
      json: { error: expect.any(String) },
    });
  });
});

test("tokens of the configuration are good beside it, and the issuer never sees them", async () => {
  const asked: string[] = [];
  const { url } = await start({ oauth: await openIssuer({}, asked), tokens: [ANN] });
  expect((await initialize(url, ANN.token)).status).toBe(200);
  expect(asked).toEqual([]);
});

test("a wrong secret, or an issuer that is gone, lets nobody in", async () => {
  const oauth = await openIssuer({ token: { ...good, exp: soon() } });
  const wrong = await start({ oauth: { ...oauth, clientSecret: "guessed" } });
  expect((await initialize(wrong.url, "token")).status).toBe(500);
  const gone = { ...oauth, introspectionUrl: "http://127.0.0.1:1/" };
  expect((await initialize((await start({ oauth: gone })).url, "token")).status).toBe(500);
});

test.each([
  ["is not there", { issuer: "http://127.0.0.1:1" }],
  ["is asked without encryption", { issuer: "http://issuer.example" }],
  ["has its tokens asked about without encryption", { introspectionUrl: "http://evil.example" }],
])("the server does not begin where the issuer %s", async (_, change) => {
  const oauth = { ...(await openIssuer({})), ...change };
  await expect(createHttpServer({ openServer: openToy, log: silent, oauth })).rejects.toMatchObject(
    {
      code: "bad_oauth",
    },
  );
});
