// Procedures as things to keep: a page, a document, a moving picture, an archive.
export { exportProcedure, type Exported, readExport } from "./export.js";
export { FORMAT_NAMES, type FormatName } from "./formats.js";
export { type Chapter, renderHtml } from "./html.js";
export { renderMarkdown } from "./markdown.js";
export { tutorialOf } from "./tutorial.js";
export { writeTo } from "./write.js";
