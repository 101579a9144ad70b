// `makeanything domains`: the catalogue, and what the model has of it.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { MakeFlags } from "./make.js";
import { configFrom, contextFrom } from "./settings.js";
import { domainsOf, tellDomains } from "../tools/index.js";

export async function listDomains(flags: MakeFlags): Promise<void> {
  const context = await contextFrom(configFrom(flags));
  const domains = domainsOf(context);
  await context.close();
  const text = JSON.stringify(domains);
  if (flags.out !== undefined) {
    await mkdir(flags.out, { recursive: true });
    await writeFile(path.join(flags.out, "domains.json"), `${text}\n`);
  }
  console.log(flags.json ? text : tellDomains(domains));
}
