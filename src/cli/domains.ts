// `makeanything domains`: the catalogue, and what the model has of it.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { MakeFlags } from "./make.js";
import { openFolder } from "./out-folder.js";
import { configFrom, contextFrom } from "./settings.js";
import { domainsOf, tellDomains } from "../tools/index.js";

export async function listDomains({ out, json, ...flags }: MakeFlags): Promise<void> {
  const context = await contextFrom(configFrom(flags));
  const domains = domainsOf(context);
  await context.close();
  const text = JSON.stringify(domains);
  if (out !== undefined)
    await writeFile(path.join(await openFolder(out), "domains.json"), `${text}\n`);
  console.log(json ? text : tellDomains(domains));
}
