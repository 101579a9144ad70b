// The models people have or can have: a catalogue, the hub they come from, and its cache on this machine.
export type { CachedFile } from "./cache.js";
export { CATALOGUE, type Model } from "./catalogue.js";
export { domainFiles, type DomainOnDisk } from "./domain-files.js";
export { ModelsError, type ModelsErrorCode } from "./error.js";
export { findModel, withParts } from "./find.js";
export { type Hub, hubFrom } from "./hub.js";
export { draftsInCache, type InCache, inCache } from "./inventory.js";
export { createMeter, type Meter, type Progress } from "./meter.js";
export { pullDomain } from "./pull-domain.js";
export { filesOf, pull, type PullOptions } from "./pull.js";
export { planRemoval, type Removal, remove } from "./remove.js";
export { type Verdict, verify } from "./verify.js";
export { sayBytes } from "./words.js";
