// Words from a vision model: for a data set's frames, and for whoever asks about pictures.
export { captionFolder, type Captioned, type CaptionOptions } from "./caption-folder.js";
export { labelled } from "./describe.js";
export { askVision, type VisionImage, type VisionRequest } from "./endpoint.js";
export { VisionError, type VisionErrorCode } from "./error.js";
