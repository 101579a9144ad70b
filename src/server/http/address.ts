// Addresses of machines: where to listen, and who is asking.
import { lookup } from "node:dns/promises";
import ipaddr from "ipaddr.js";
import { HttpError } from "./error.js";

export interface Address {
  host: string;
  port: number;
}

export const USUAL: Address = { host: "127.0.0.1", port: 3333 };

/** Reads `host:port`, `host`, `port` or `[::1]:port`. Throws an HttpError, `bad_address`. */
export function parseAddress(text: string): Address {
  if (/^\d{1,5}$/.test(text)) return withPort(USUAL.host, text);
  const [, v6, name, port] =
    /^(?:\[([0-9a-f:.]+)\]|([^\s:/[\]]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const host = v6 ?? name ?? (ipaddr.isValid(text) ? text : undefined);
  if (host === undefined) throw badAddress(text);
  return withPort(host, port ?? String(USUAL.port));

  function withPort(name_: string, digits: string): Address {
    if (Number(digits) > 65_535) throw badAddress(text);
    return { host: name_, port: Number(digits) };
  }
}

function badAddress(text: string): HttpError {
  return new HttpError(
    "bad_address",
    `--http needs host:port, as ${USUAL.host}:${USUAL.port}, got ${JSON.stringify(text.slice(0, 100))}`,
  );
}

/** The numbers behind a name. Throws an HttpError, `bad_address`. */
export async function resolveAddress({ host, port }: Address): Promise<Address> {
  try {
    return { host: (await lookup(host)).address, port };
  } catch {
    throw new HttpError("bad_address", `this machine does not know the host ${host}`);
  }
}

export function isLoopback(ip: string | undefined): boolean {
  return ip !== undefined && ipaddr.isValid(ip) && ipaddr.process(ip).range() === "loopback";
}

/** Whether both are the same, in whatever form. */
export function isSameIp(a: string, b: string): boolean {
  if (!ipaddr.isValid(a) || !ipaddr.isValid(b)) return false;
  return ipaddr.process(a).toNormalizedString() === ipaddr.process(b).toNormalizedString();
}

/** Who counts as one: an IPv4 address, or the 64 bits that a household has of IPv6. */
export function neighbourhood(ip: string | undefined): string {
  if (ip === undefined || !ipaddr.isValid(ip)) return "unknown";
  const address = ipaddr.process(ip);
  if (address.kind() === "ipv4") return address.toString();
  return address.toByteArray().slice(0, 8).join(".");
}

/** With brackets where a URL needs them. */
export function toUrlHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
