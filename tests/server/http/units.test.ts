import { isLoopback, isSameIp, neighbourhood, parseAddress } from "#src/server/http/address.js";
import { RateLimit } from "#src/server/http/rate.js";
import { tokenBook } from "#src/server/http/tokens.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("an address to listen on", () => {
  test.each([
    ["8080", "127.0.0.1", 8080],
    ["localhost", "localhost", 3333],
    ["0.0.0.0:80", "0.0.0.0", 80],
    ["[::1]:80", "::1", 80],
    ["[::1]", "::1", 3333],
    ["::1", "::1", 3333],
    ["make.example.org:0", "make.example.org", 0],
  ])("%s", (text, host, port) => expect(parseAddress(text)).toEqual({ host, port }));

  test.each(["", ":80", "a:b", "a:99999", "http://localhost", "a b", "[::1", "1:2:3:4", "a/b"])(
    "is none: %j",
    (text) => expect(() => parseAddress(text)).toThrow("--http needs host:port"),
  );
});

test("loopback is what leads to this machine alone", () => {
  for (const ip of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
    expect(isLoopback(ip)).toBe(true);
  for (const ip of ["0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "::ffff:8.8.8.8", "localhost", ""])
    expect(isLoopback(ip)).toBe(false);
});

test("an address is the same in every form, and a household counts as one", () => {
  expect(isSameIp("::ffff:10.0.0.1", "10.0.0.1")).toBe(true);
  expect(isSameIp("2001:db8:0::1", "2001:0db8::1")).toBe(true);
  expect(isSameIp("10.0.0.1", "10.0.0.2")).toBe(false);
  expect(neighbourhood("2001:db8:1:2::1")).toBe(neighbourhood("2001:db8:1:2:ffff::9"));
  expect(neighbourhood("2001:db8:1:2::1")).not.toBe(neighbourhood("2001:db8:1:3::1"));
  expect(neighbourhood("10.0.0.1")).not.toBe(neighbourhood("10.0.0.2"));
});

test("a rate lets through no more than its burst and what has filled since", () => {
  const ask = fc.record({ afterMs: fc.integer({ min: 0, max: 5000 }) });
  fc.assert(
    fc.property(
      fc.array(ask, { maxLength: 100 }),
      fc.integer({ min: 1, max: 600 }),
      (asks, rate) => {
        let time = 0;
        let passed = 0;
        const limit = new RateLimit(rate, () => time);
        for (const { afterMs } of asks) {
          time += afterMs;
          const waitS = limit.take("somebody");
          if (waitS === 0) passed++;
          else expect(waitS).toBeLessThanOrEqual(Math.ceil(60 / rate));
        }
        expect(passed).toBeLessThanOrEqual(Math.max(1, rate / 6) + (time * rate) / 60_000 + 1e-6);
      },
    ),
  );
});

test("a rate forgets those who asked long ago, and not those who ask", () => {
  const limit = new RateLimit(6, () => 0);
  expect(limit.take("first")).toBe(0);
  expect(limit.take("first")).toBeGreaterThan(0);
  for (let i = 0; i < 9_999; i++) limit.take(`other ${i}`);
  expect(limit.take("first")).toBeGreaterThan(0);
  for (let i = 0; i < 10_001; i++) limit.take(`another ${i}`);
  expect(limit.take("first")).toBe(0);
});

test("a token is known by all of it, and by nothing that resembles it", () => {
  const tokens = ["aaaa", "bbbb", "cccc"].map((token) => ({ name: `of ${token}`, token }));
  const nameOf = tokenBook(tokens);
  for (const { name, token } of tokens) expect(nameOf(token)).toBe(name);
  for (const wrong of ["", "aaa", "aaaaa", "AAAA", "aaaa ", "aabb"])
    expect(nameOf(wrong)).toBeUndefined();
});
