// `makeanything doctor`: what was found, what will be used and why, and what is missing.
import { homedir } from "node:os";
import { lookAround } from "./look-around.js";
import { configFrom, type Flags } from "./settings.js";
import { diagnose, tell } from "../doctor/index.js";

export interface DoctorFlags extends Flags {
  json?: boolean;
}

export async function doctor({ json, ...flags }: DoctorFlags): Promise<void> {
  // The first time a device is seen it is tested, and a slow one compiles shaders for half a minute.
  if (process.stderr.isTTY) console.error("Looking around …");
  const world = await lookAround(configFrom(flags));
  const diagnosis = diagnose(world);
  if (json) console.log(JSON.stringify({ ...diagnosis, world }));
  else console.log(tell(diagnosis, homedir()));
  if (!diagnosis.ok) process.exitCode = 1;
}
