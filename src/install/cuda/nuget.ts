// Where the runtime's makers publish CUDA's provider: a NuGet package, with its size and SHA-512 in the
// registry's own records.
import { z } from "zod";
import { InstallError } from "../error.js";

export interface Package {
  url: string;
  sizeBytes: number;
  /** base64 */
  sha512: string;
}

const NAME = "microsoft.ml.onnxruntime.gpu.linux";
export const NUGET = "https://api.nuget.org/v3/index.json";

const index = z.object({
  resources: z.array(z.object({ "@id": z.url(), "@type": z.string() })),
});
const leaf = z.object({ catalogEntry: z.url(), packageContent: z.url() });
const entry = z.object({
  packageHash: z.string(),
  packageHashAlgorithm: z.literal("SHA512"),
  packageSize: z.int().positive(),
});

/** @throws InstallError where the registry does not answer, or has no such version */
export async function findPackage(
  version: string,
  { registry = NUGET, signal }: { registry?: string; signal?: AbortSignal } = {},
): Promise<Package> {
  const { resources } = await read(registry, index, signal);
  const base = resources.find((resource) => resource["@type"] === "RegistrationsBaseUrl/3.6.0");
  if (base === undefined) throw new InstallError(`${registry} names no registrations`);
  const { catalogEntry, packageContent } = await read(
    new URL(`${NAME}/${version}.json`, base["@id"]).href,
    leaf,
    signal,
  );
  const { packageHash, packageSize } = await read(catalogEntry, entry, signal);
  return { url: packageContent, sizeBytes: packageSize, sha512: packageHash };
}

async function read<T>(url: string, schema: z.ZodType<T>, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, { signal: signal ?? null });
  } catch (error) {
    throw new InstallError(`${new URL(url).host} cannot be reached; is there a network?`, {
      cause: error,
    });
  }
  if (!response.ok) throw new InstallError(`${url} answers ${response.status}`);
  const parsed = schema.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) throw new InstallError(`${url} answers something else than was expected`);
  return parsed.data;
}
