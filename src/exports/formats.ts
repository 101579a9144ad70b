// The formats a procedure can be exported to, by the ending of their files. What a format needs is
// imported when it is asked for.
import type { Render } from "./format.js";

interface Format {
  mimeType: string;
  load(): Promise<Render>;
}

const FORMATS = {
  html: { mimeType: "text/html", load: async () => (await import("./html.js")).exportHtml },
  md: {
    mimeType: "text/markdown",
    load: async () => (await import("./markdown.js")).exportMarkdown,
  },
  pdf: { mimeType: "application/pdf", load: async () => (await import("./pdf.js")).exportPdf },
  gif: { mimeType: "image/gif", load: async () => (await import("./animation.js")).exportGif },
  webp: { mimeType: "image/webp", load: async () => (await import("./animation.js")).exportWebp },
  zip: { mimeType: "application/zip", load: async () => (await import("./zip.js")).exportZip },
} satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS) as FormatName[];

export function formatOf(name: FormatName): Format {
  return FORMATS[name];
}
