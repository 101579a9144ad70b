// Which addresses of the internet protocol are anybody's to visit. What is not plainly public is refused:
// this machine, its network, a provider's metadata, and every form that hides an IPv4 address in an IPv6.
import ipaddr from "ipaddr.js";

/** All that IANA has given out for public hosts (RFC 4291, 2.4). */
const PUBLIC_IPV6 = ipaddr.parseCIDR("2000::/3");
/** Azure's metadata, the one such service at a public address. */
const AZURE = "168.63.129.16";

export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed.kind() === "ipv4" ? parsed.toString() !== AZURE : parsed.match(PUBLIC_IPV6);
}
