// What a person can ask a model to do with this server, ready to be sent.
import { captionFrames } from "./caption-frames.js";
import { explainStep } from "./explain-step.js";
import { recreateThis } from "./recreate-this.js";
import { showMeHow } from "./show-me-how.js";

export type { Prompt, PromptArgument, Said } from "./prompt.js";

export const prompts = [showMeHow, recreateThis, explainStep, captionFrames];
