// A run's report: one page that any browser opens, beside the pictures that it shows.
import { readdir } from "node:fs/promises";
import path from "node:path";
import { readRecords } from "./log.js";
import { renderReport } from "./report-page.js";
import { writeWhole } from "./write.js";

/** Writes `report.html` from the log and the pictures that the run's folder holds. */
export async function writeReport(
  out: string,
  configuration: Readonly<Record<string, unknown>>,
): Promise<void> {
  const page = renderReport({
    configuration,
    records: await readRecords(out),
    samples: await readdir(path.join(out, "samples")),
    writtenAt: new Date(),
  });
  await writeWhole(path.join(out, "report.html"), page);
}
