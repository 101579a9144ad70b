// Who a process is, for others who find its mark in a file and ask whether it still runs. A number alone
// does not tell: numbers come again. The time it started does, where the system says it.
import { execFile } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { promisify } from "node:util";
import { z } from "zod";

export const processMark = z.object({
  pid: z.number().int().positive(),
  /** when it started, in the system's own words */
  started: z.string().optional(),
  /** the machine or container, and on Linux the boot, within which the number means something */
  place: z.string(),
});

export type ProcessMark = z.infer<typeof processMark>;

/** A process of another machine or container lives as long as what it writes is no older. */
export const FRESH_MS = 60_000;

let own: Promise<ProcessMark> | undefined;

/** This process. */
export function ownMark(): Promise<ProcessMark> {
  return (own ??= makeMark());
}

/** @param lastSignMs - when it last touched its file; only this tells of processes elsewhere */
export async function isRunning(
  { pid, started, place }: ProcessMark,
  lastSignMs: number,
): Promise<boolean> {
  const isFresh = Date.now() - lastSignMs < FRESH_MS;
  if (place !== (await ownMark()).place) return isFresh;
  if (!exists(pid)) return false;
  const now = await startOf(pid);
  if (started === undefined || now === undefined) return isFresh;
  return now === started;
}

/** How much memory a process occupies, in bytes; undefined where the system does not say. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => undefined);
  const text = status === undefined ? await ps("rss", pid) : /^VmRSS:\s*(\d+)/m.exec(status)?.[1];
  return text === undefined ? undefined : 1024 * Number(text);
}

async function makeMark(): Promise<ProcessMark> {
  const [started, place] = await Promise.all([startOf(process.pid), placeHere()]);
  return { pid: process.pid, ...(started !== undefined && { started }), place };
}

async function placeHere(): Promise<string> {
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
  const numbers = await readlink("/proc/self/ns/pid").catch(() => "");
  return [hostname(), boot.trim(), numbers].join(" ").trim();
}

async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform !== "linux") return ps("lstart", pid);
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The name, in brackets, may hold anything; the state and the time are fields 3 and 22.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? "ended, and not yet noticed by its parent" : fields[19];
}

async function ps(column: string, pid: number): Promise<string | undefined> {
  if (process.platform === "win32") return undefined;
  const env = { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
  const run = promisify(execFile)("ps", ["-o", `${column}=`, "-p", String(pid)], { env });
  return run.then(({ stdout }) => stdout.trim() || undefined).catch(() => undefined);
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: somebody else's process
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
