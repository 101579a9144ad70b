// `makeanything models verify`: hashes what is here.
import type { ModelsFlags } from "./models.js";
import { hub, lorasDir, report, together } from "./models-setup.js";
import { createProgressBar } from "./progress-bar.js";
import { CATALOGUE, findModel, type Progress, verify } from "../models/index.js";

/** @param ids - none: all that is there */
export async function verifyModels(
  ids: string[],
  { json, ...flags }: ModelsFlags,
  signal: AbortSignal,
): Promise<void> {
  const models = ids.length === 0 ? CATALOGUE : together(ids.map(findModel));
  const bar = createProgressBar();
  const onProgress = (progress: Progress) => report(bar, progress);
  const verdicts = await verify(hub(), models, lorasDir(flags), { signal, onProgress }).finally(
    () => bar.stop(),
  );
  if (json) console.log(JSON.stringify({ files: verdicts }));
  else
    for (const { id, domain, path: file, state, found, expected } of verdicts) {
      const hashes = state === "corrupt" ? `: its hash is ${found}, not ${expected}` : "";
      const one = domain === undefined ? "" : ` --domain ${domain}`;
      const next = hashes && `; makeanything models pull ${id}${one} --check fetches it again`;
      console.log(`${state.padEnd(8)} ${file}${hashes}${next}`);
    }
  if (!json && verdicts.length === 0) console.log("Nothing of the catalogue is there.");
  if (verdicts.some(({ state }) => state === "corrupt")) process.exitCode = 1;
}
