// A small network that looks at frames: it tells what they show, and how far two are from each other.
export { heads, labels, type Head } from "./labels.js";
export { FEATURES, FRAME_PX, PATCHES } from "./network.js";
export { openClassifier, type Classifier, type Look } from "./open.js";
export { trainClassifier, type ClassifierRun } from "./train.js";
