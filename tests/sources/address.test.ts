import { isPublic } from "#src/sources/address.js";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, test } from "vitest";

describe("an address", () => {
  test.each([
    "8.8.8.8",
    "1.1.1.1",
    "93.184.216.34",
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
  ])("%s is public", (address) => {
    expect(isPublic(address)).toBe(true);
  });

  test.each([
    ["this machine", ["127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "::1", "::"]],
    [
      "a private network",
      [
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
      ],
    ],
    ["a link", ["169.254.1.1", "fe80::1", "fe80::1%eth0"]],
    [
      "a provider's metadata",
      ["169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16"],
    ],
    ["behind a provider's translation", ["100.64.0.1", "100.127.255.255"]],
    ["many at once", ["224.0.0.1", "239.255.255.255", "255.255.255.255", "ff02::1"]],
    [
      "reserved, or for documents and tests",
      [
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "240.0.0.1",
        "2001:db8::1",
        "3fff::1",
        "100::1",
        "5f00::1",
        "4000::1",
      ],
    ],
    [
      "an IPv4 address in disguise",
      [
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::127.0.0.1",
        "::ffff:0:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2001::7f00:1",
      ],
    ],
    ["no address", ["", "localhost", "8.8.8.8.8", "8.8.8.8/8", "[::1]", "::g"]],
  ])("is not public where it is %s", (_, addresses) => {
    for (const address of addresses) expect(isPublic(address), address).toBe(false);
  });

  test("is never public that holds a loopback address, in whatever form of IPv6", () => {
    const prefixes = ["::", "::ffff:0:0", "::ffff:0:0:0", "64:ff9b::", "64:ff9b:1::", "fe80::"];
    fc.assert(
      fc.property(
        fc.constantFrom(...prefixes),
        fc.integer({ min: 0, max: 2 ** 24 - 1 }),
        (prefix, host) => {
          const bytes = ipaddr.parse(prefix).toByteArray();
          bytes.splice(12, 4, 127, host >> 16, (host >> 8) & 255, host & 255);
          expect(isPublic(ipaddr.fromByteArray(bytes).toString())).toBe(false);
        },
      ),
    );
  });
});
