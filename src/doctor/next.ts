// What to do next, as commands.
import { domainsOf } from "./compose.js";
import type { Step } from "./diagnosis.js";
import type { Outlook } from "./outlook.js";
import { missingParts, PART_COUNT, type Parts } from "./parts.js";
import type { World } from "./world.js";
import { findModel, sayBytes, withParts } from "../models/index.js";

export function nextSteps(world: World, parts: Parts, outlook: Outlook): Step[] {
  const { model, machine, wish } = world;
  const isWrong = model.faults.length > 0;
  const isInUse = model.transformer !== undefined && !model.isSmall && !isWrong;
  return [
    ...(isWrong && !model.isOurs ? [MEND] : []),
    ...(outlook.variant === undefined && isWish(wish) ? [LEAVE_OPEN] : []),
    ...cudaSteps(machine.cuda),
    ...(isInUse || outlook.variant === undefined ? [] : towardsFlux(parts)),
  ];
}

const MEND: Step = {
  command: "take modelDir out of config.json",
  why: "or mend what is wrong; the small model needs nothing",
};

const LEAVE_OPEN: Step = {
  command: "let provider and variant be auto",
  why: "what the configuration asks for cannot be had here",
};

const isWish = ({ provider = "auto", variant = "auto" }: World["wish"]): boolean =>
  provider !== "auto" || variant !== "auto";

function cudaSteps(checks: World["machine"]["cuda"]): Step[] {
  const lacking = checks.filter(({ ok }) => !ok).map(({ what }) => what);
  if (lacking.includes("provider"))
    return [{ command: "makeanything install-cuda", why: "fetches CUDA's provider" }];
  const why = `when ${lacking.join(" and ")} can be found`;
  return lacking.length === 0 ? [] : [{ command: "makeanything install-cuda --check", why }];
}

/** Fetching what is missing, and putting it together. */
function towardsFlux(parts: Parts): Step[] {
  const missing = missingParts(parts);
  const hasDomains = domainsOf(parts).length > 0;
  const isNew = missing.length === PART_COUNT;
  const wanted = [...(isNew ? ["flux1-dev"] : missing), ...(hasDomains ? [] : ["makeanything-9f"])];
  const setup = { command: "makeanything setup", why: "makes a model folder of it" };
  if (wanted.length === 0) return [setup];
  const command = `makeanything models pull ${wanted.join(" ")}${isNew ? "" : " --alone"}`;
  return [{ command, why: sizeOf(wanted, isNew) }, setup];
}

function sizeOf(ids: readonly string[], comesWithParts: boolean): string {
  const models = ids
    .map(findModel)
    .flatMap((model) => (comesWithParts ? withParts(model) : [model]));
  const bytes = models.reduce((sum, { aboutBytes = 0 }) => sum + aboutBytes, 0);
  const size = bytes === 0 ? "fetches a few MB" : `fetches ${sayBytes(bytes)}`;
  return models.some(({ isGated }) => isGated) ? `${size}, with a token of the hub` : size;
}
