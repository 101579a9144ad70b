// `makeanything install`: writes this server into a host's configuration, or out of it.
import { homedir } from "node:os";
import path from "node:path";
import type { Option } from "commander";
import { agrees } from "./agrees.js";
import { configFrom, type Flags } from "./settings.js";
import { packageRoot } from "../config.js";
import {
  describeChange,
  type Host,
  HOSTS,
  InstallError,
  type Launch,
  openConfig,
  replaceConfig,
  stablePath,
  withoutServer,
  withServer,
} from "../install/index.js";

export type HostName = keyof typeof HOSTS;

export interface InstallFlags extends Flags {
  /** another file than the host's usual one */
  file?: string;
  remove?: boolean;
  /** nobody is asked */
  yes?: boolean;
}

/** @param options - the flags that every command knows */
export async function install(
  name: HostName,
  flags: InstallFlags,
  options: readonly Option[],
): Promise<void> {
  const host: Host = HOSTS[name];
  const launch = flags.remove ? undefined : launchWith(flags, options);
  const usual = host.file({ env: process.env, homeDir: homedir(), platform: process.platform });
  const config = await openConfig(flags.file ?? usual);
  const text = edit(config.path, () =>
    launch ? withServer(config.text, host, launch) : withoutServer(config.text, host),
  );
  if (text === config.text)
    return console.log(`${config.path} is as it should be; nothing to change.`);
  const before = config.mode === undefined ? "" : config.text;
  console.log(`${config.path}\n\n${describeChange(before, text)}\n`);
  if (host.own) console.log(`The host's own way: ${ownCommand(host.own, launch)}\n`);
  if (!(flags.yes || (await agrees("Make this change?"))))
    return console.log("Nothing was changed.");
  const backup = await replaceConfig(config, text);
  console.log(`Done.${backup ? ` What was there before is in ${backup}` : ""}\n${host.next}`);
}

/** Which Node, which script, and the flags that were given here. Absolute, for hosts run anywhere. */
function launchWith(flags: InstallFlags, options: readonly Option[]): Launch {
  const script = path.join(packageRoot(), "dist", "src", "cli.js");
  if (script.includes(`${path.sep}_npx${path.sep}`))
    throw new InstallError(
      "this copy lies in npx's cache, which is emptied at times; npm install -g makeanything-mcp, then run makeanything install",
    );
  configFrom(flags); // refuses what the server would refuse
  const args = options.flatMap((option) => given(option, flags));
  return { command: stablePath(process.execPath), args: [script, "serve", ...args] };
}

function given(option: Option, flags: InstallFlags): string[] {
  const value = flags[option.attributeName() as keyof Flags];
  if (value === undefined) return [];
  if (typeof value === "boolean") return value ? [option.long!] : [];
  return [value].flat().flatMap((text) => {
    const place = option.flags.includes("<dir>");
    return [option.long!, place ? path.resolve(text) : text];
  });
}

function ownCommand(own: NonNullable<Host["own"]>, launch: Launch | undefined): string {
  if (!launch) return own.remove;
  const words = [launch.command, ...launch.args];
  return [own.add, ...words.map((word) => (/\s/.test(word) ? JSON.stringify(word) : word))].join(
    " ",
  );
}

function edit(file: string, change: () => string): string {
  try {
    return change();
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    throw new InstallError(`${file} was not touched: ${error.message}`, { cause: error });
  }
}
