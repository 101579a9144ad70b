// A file as the hub names it, and what the hub says of it.
import { createHash, type Hash } from "node:crypto";

export interface HubFile {
  repository: string;
  /** in the repository, with slashes */
  path: string;
  licence?: string | undefined;
}

export interface RemoteFile extends HubFile {
  /** of the repository, 40 hexadecimal digits */
  commit: string;
  /** the hash of its bytes: SHA-256 of a large file, git's own of a small one */
  etag: string;
  sizeBytes: number;
}

export const ETAG = /^([0-9a-f]{40}|[0-9a-f]{64})$/;
export const COMMIT = /^[0-9a-f]{40}$/;

/** Of bytes that come in pieces: what the hub would call a file of them. */
export function hashLike(etag: string, sizeBytes: number): Hash {
  return etag.length === 64
    ? createHash("sha256")
    : createHash("sha1").update(`blob ${sizeBytes}\0`);
}

export function addressOf(endpoint: string, { repository, path }: HubFile, revision: string): URL {
  const steps = [...repository.split("/"), "resolve", revision, ...path.split("/")];
  return new URL(`${endpoint}/${steps.map(encodeURIComponent).join("/")}`);
}
