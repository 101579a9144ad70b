// A registry that answers as NuGet does, and one that does not.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fetchProvider, findPackage, type Package } from "#src/install/index.js";
import { temporaryFolder } from "../../support/temporary.js";

const SHARED = "libonnxruntime_providers_shared.so";
const PROVIDER = "libonnxruntime_providers_cuda.so";
const inPackage = (name: string) => `runtimes/linux-x64/native/${name}`;
const library = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) % 251);
const archive = Buffer.from(
  zipSync({
    "readme.txt": new Uint8Array(5),
    [inPackage(PROVIDER)]: library,
    [inPackage(SHARED)]: [library.subarray(0, 1000), { level: 0 }],
  }),
);
const sha512 = (bytes: Uint8Array) => createHash("sha512").update(bytes).digest("base64");

let server: Server;
let origin: string;
let answers: Record<string, unknown>;

beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = answers[request.url!];
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(Buffer.isBuffer(answer) ? answer : JSON.stringify(answer));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

beforeEach(() => {
  answers = {
    "/index.json": {
      version: "3.0.0",
      resources: [
        { "@id": `${origin}/old/`, "@type": "RegistrationsBaseUrl" },
        { "@id": `${origin}/registration/`, "@type": "RegistrationsBaseUrl/3.6.0" },
      ],
    },
    "/registration/microsoft.ml.onnxruntime.gpu.linux/1.2.3.json": {
      catalogEntry: `${origin}/catalog/entry.json`,
      packageContent: `${origin}/package.nupkg`,
    },
    "/catalog/entry.json": {
      packageHash: sha512(archive),
      packageHashAlgorithm: "SHA512",
      packageSize: archive.length,
    },
    "/package.nupkg": archive,
  };
});

const find = (version = "1.2.3") => findPackage(version, { registry: `${origin}/index.json` });

test("the provider comes whole, and nothing else is left behind", async () => {
  const folder = temporaryFolder();
  const found = await find();
  expect(found).toEqual({
    url: `${origin}/package.nupkg`,
    sizeBytes: archive.length,
    sha512: sha512(archive),
  });
  const seen: number[] = [];
  await fetchProvider(found, folder, { onBytes: (done) => seen.push(done) });
  expect(readdirSync(folder).toSorted()).toEqual([PROVIDER, SHARED]);
  expect(readFileSync(join(folder, PROVIDER)).equals(library)).toBe(true);
  expect(readFileSync(join(folder, SHARED)).equals(library.subarray(0, 1000))).toBe(true);
  expect(seen.at(-1)).toBe(archive.length);
});

describe("the registry's answers are not believed:", () => {
  test.each([
    ["a version that it does not have", () => ({}), "9.9.9", /9\.9\.9\.json answers 404/],
    ["another form", () => ({ "/index.json": { resources: [{}] } }), "1.2.3", /something else/],
    ["no registrations", () => ({ "/index.json": { resources: [] } }), "1.2.3", /names no reg/],
    ["no JSON", () => ({ "/index.json": Buffer.from("<html>") }), "1.2.3", /something else/],
    [
      "a hash of another kind",
      () => ({ "/catalog/entry.json": { packageHash: "", packageHashAlgorithm: "MD5", packageSize: 1 } }),
      "1.2.3",
      /something else/,
    ],
  ])("%s", async (_, changed, version, message) => {
    Object.assign(answers, changed());
    await expect(find(version)).rejects.toThrow(message);
  }); // prettier-ignore

  test("no registry at all", async () => {
    const registry = "http://127.0.0.1:9/index.json";
    await expect(findPackage("1.2.3", { registry })).rejects.toThrow(/127\.0\.0\.1:9 cannot be reached/);
  }); // prettier-ignore
});

describe("other bytes are refused, and no file is left:", () => {
  const renamed = Buffer.from(zipSync({ [inPackage(PROVIDER)]: library }));
  const flipped = Buffer.from(archive);
  flipped[archive.indexOf(inPackage(SHARED)) + inPackage(SHARED).length + 10]! ^= 1;
  test.each<[string, Buffer, (found: Package) => Package, RegExp]>([
    ["a flipped bit", flipped, (found) => found, /other bytes/],
    ["too few", archive.subarray(0, 1000), (found) => found, /other bytes/],
    ["too many", Buffer.concat([archive, archive]), (found) => found, /other bytes/],
    ["a spoilt file with the right hash", flipped, (found) => ({ ...found, sha512: sha512(flipped) }), /checksum/],
    ["an archive without the provider", renamed, () => packageOf(renamed), /has no .*shared\.so/],
    ["no archive", Buffer.from("PK?"), () => packageOf(Buffer.from("PK?")), /no ZIP file/],
    ["nothing", Buffer.alloc(0), () => packageOf(Buffer.alloc(0)), /no ZIP file/],
  ])("%s", async (_, bytes, change, message) => {
    const folder = temporaryFolder();
    const found = change(await find());
    answers["/package.nupkg"] = bytes;
    await expect(fetchProvider(found, folder)).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual([]);
  }); // prettier-ignore

  const packageOf = (bytes: Buffer): Package => ({
    url: `${origin}/package.nupkg`,
    sizeBytes: bytes.length,
    sha512: sha512(bytes),
  });
});

test("a cancelled download leaves nothing", async () => {
  const folder = temporaryFolder();
  const stop = new AbortController();
  const running = fetchProvider(await find(), folder, {
    signal: stop.signal,
    onBytes: () => stop.abort(),
  });
  await expect(running).rejects.toThrow(/abort/i);
  expect(readdirSync(folder)).toEqual([]);
});

test("a folder that is not there is named", async () => {
  const folder = join(temporaryFolder(), "missing");
  await expect(fetchProvider(await find(), folder)).rejects.toThrow(/missing cannot be written/);
  expect(existsSync(folder)).toBe(false);
});
