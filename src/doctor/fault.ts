// Why a file cannot be used, in a sentence: what its first bytes say, where the engine knows no better.
import path from "node:path";
import { firstBytesOf } from "./first-bytes.js";
import type { EngineError } from "../engine/index.js";

export async function sayFault(file: string, error: EngineError): Promise<string> {
  if (error.code === "no_such_file")
    return `${file} leads to nothing, or is closed to you; is its disk there?`;
  const isGuess = error.details?.error === "malformed" || error.details?.error === "truncated";
  const is = isGuess ? await firstBytesOf(file) : undefined;
  return is === undefined ? error.message : `${path.basename(file)} is ${is}; get it again`;
}
