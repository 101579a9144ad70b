// What a hub's refusal means, and what to do about it.
import type { Answer } from "./ask.js";
import { ModelsError } from "./error.js";
import type { HubFile } from "./hub-file.js";
import type { Hub } from "./hub.js";

const PASSING = new Set([408, 429, 500, 502, 503, 504]);

/** @param answer - of a status that is no success */
export function refusal(answer: Answer, file: HubFile, hub: Hub): ModelsError {
  const { status, header } = answer;
  const page = `${hub.endpoint}/${file.repository}`;
  const code = header("x-error-code");
  const said = hubsWords(answer);
  if (status === 429)
    return new ModelsError("rate_limited", `${hub.endpoint} asks us to ask less${said}`, {
      retryMs: retryAfterMs(answer),
    });
  if (PASSING.has(status))
    return new ModelsError("unreachable", `${hub.endpoint} answers ${status}${said}`, {
      retryMs: retryAfterMs(answer),
    });
  if (code === "GatedRepo") return gated(file, hub, page, said);
  if (code === "EntryNotFound" || (status === 404 && code === undefined))
    return new ModelsError("not_found", `${page} has no file ${file.path}${said}`);
  if (code === "RevisionNotFound")
    return new ModelsError("not_found", `${page} has no revision that was asked for${said}`);
  if (code === "RepoNotFound" || status === 401 || status === 403 || status === 404)
    return new ModelsError(
      "no_access",
      hub.token === undefined
        ? `${page} is not there, or not for everybody${said}; if it is yours, give a token as HF_TOKEN`
        : `${page} is not for the owner of this token, or the token is no longer valid${said}; make one at ${hub.endpoint}/settings/tokens`,
    );
  return new ModelsError("bad_answer", `${hub.endpoint} answers ${status} for ${file.path}${said}`);
}

function gated(file: HubFile, hub: Hub, page: string, said: string): ModelsError {
  const licence = file.licence === undefined ? "its licence" : `the ${file.licence}`;
  const tokens = `${hub.endpoint}/settings/tokens`;
  const next =
    hub.token === undefined
      ? `then make a token at ${tokens} and give it as HF_TOKEN`
      : `with the account of the token that was given, and let that token read gated repositories (${tokens})`;
  return new ModelsError("gated", `${page} is gated: accept ${licence} there, ${next}${said}`);
}

/** A server's text is shown short and without anything that a terminal would obey. */
function hubsWords({ header }: Answer): string {
  const text = (header("x-error-message") ?? "").replace(/[^\x21-\x7e]+/g, " ").trim();
  return text === "" ? "" : ` (it says: ${text.slice(0, 200)})`;
}

/** `Retry-After` in seconds or as a date. */
function retryAfterMs({ header }: Answer): number {
  const text = header("retry-after") ?? "";
  const ms = /^\d+$/.test(text) ? 1000 * Number(text) : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
