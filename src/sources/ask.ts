// One request to one host, at an address that was judged.
import { once } from "node:events";
import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { isPublic } from "./address.js";
import { SourceError } from "./error.js";

/** What the fetching is done with; tests bring a small internet of their own. */
export interface Network {
  resolve(hostname: string): Promise<LookupAddress[]>;
  isPublic(address: string): boolean;
  /** certificates to trust instead of the usual ones, as PEM */
  ca?: string;
}

export const INTERNET: Network = {
  resolve: (hostname) => lookup(hostname, { all: true }),
  isPublic,
};

/**
 * Sends no cookie and no credentials, and takes no compressed answer.
 * Throws `not_public`, and what the network throws.
 */
export async function ask(
  url: URL,
  network: Network,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const addresses = await addressesOf(url, network, signal);
  const request = get(url, {
    agent: false, // a connection of its own: not to a proxy, and none that was opened before
    // Never called for a host that is an address already.
    lookup: (_, { all }, done) => {
      const { address, family } = addresses[0]!;
      if (all) done(null, addresses);
      else done(null, address, family);
    },
    rejectUnauthorized: true,
    ...(network.ca !== undefined && { ca: network.ca }),
    headers: { accept: "image/*", "accept-encoding": "identity", "user-agent": "makeanything" },
    signal,
  });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  request.on("error", () => {}); // from here on the response says it
  return response;
}

/** Where a host is: all of it is public, or none of it is used. */
async function addressesOf(
  { hostname, host }: URL,
  network: Network,
  signal: AbortSignal,
): Promise<LookupAddress[]> {
  const name = hostname.replace(/^\[(.*)\]$/, "$1");
  const addresses = await Promise.race([network.resolve(name), untilAborted(signal)]);
  if (addresses.length > 0 && addresses.every(({ address }) => network.isPublic(address)))
    return addresses;
  throw new SourceError(
    "not_public",
    `image: ${host} is not on the public internet, and nothing else is read; save the picture to a file and give the path`,
  );
}

async function untilAborted(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, "abort");
  throw signal.reason;
}
