// What a file is, judged by its first bytes and never by its name. Only the formats named here reach a
// decoder; the well-known others are refused with the way out.
import { PictureError } from "./error.js";

export type Format = "png" | "jpeg" | "webp" | "gif" | "tiff" | "avif";

const accepted = "PNG, JPEG, WebP, GIF, TIFF or AVIF";

const decodable: [Format, (head: Head) => boolean][] = [
  ["png", (head) => head.text.startsWith("\x89PNG\r\n\x1a\n")],
  ["jpeg", (head) => head.text.startsWith("\xff\xd8\xff")],
  ["webp", (head) => head.text.startsWith("RIFF") && head.text.startsWith("WEBP", 8)],
  ["gif", (head) => /^GIF8[79]a/.test(head.text)],
  ["tiff", (head) => /^(II[*+]\0|MM\0[*+])/.test(head.text)],
  ["avif", (head) => head.brands.some((brand) => /^avi[fs]$/.test(brand))],
];

const refused: { name: string; is: (head: Head) => boolean; instead: string }[] = [
  {
    name: "HEIC",
    is: (head) => head.brands.some((brand) => /^(he[iv][cxms]|mif1|msf1)$/.test(brand)),
    instead:
      "convert it first, on macOS with `sips -s format jpeg in.heic --out out.jpg`, elsewhere with `heif-convert in.heic out.jpg`, or save it as JPEG in a photo app",
  },
  {
    name: "SVG",
    is: (head) => /^\s*(<\?xml[^]*|<!--[^]*|<!DOCTYPE svg[^]*)?<svg[\s>]/i.test(head.markup),
    instead: "export it as PNG",
  },
  { name: "PDF", is: (head) => head.text.startsWith("%PDF"), instead: "export the page as PNG" },
  { name: "BMP", is: (head) => head.text.startsWith("BM"), instead: "save it as PNG" },
  {
    name: "JPEG XL",
    is: ({ text }) => text.startsWith("\xff\x0a") || text.startsWith("\0\0\0\x0cJXL "),
    instead: "save it as PNG or JPEG",
  },
  { name: "Photoshop", is: (head) => head.text.startsWith("8BPS"), instead: "export it as PNG" },
];

/** The first bytes, read in the three ways that tell formats apart. */
interface Head {
  /** one character a byte */
  text: string;
  /** as XML would be read: a byte order mark and UTF-16 undone */
  markup: string;
  /** what an ISO media file (HEIC, AVIF, also MP4) says that it is */
  brands: string[];
}

/**
 * Names the format of an encoded picture.
 * @param name - how the message calls the picture
 * Throws `PictureError`: `unsupported_format`, `not_an_image`.
 */
export function formatOf(bytes: Uint8Array, name: string): Format {
  const head = headOf(bytes);
  const known = decodable.find(([, is]) => is(head));
  if (known) return known[0];
  const other = refused.find(({ is }) => is(head));
  if (other)
    throw new PictureError(
      "unsupported_format",
      `${name} is a ${other.name} file, which is not read here: ${other.instead}`,
    );
  throw new PictureError(
    "not_an_image",
    bytes.length === 0
      ? `${name} is empty; give a ${accepted} file`
      : `${name} is not a picture; give a ${accepted} file`,
  );
}

function headOf(bytes: Uint8Array): Head {
  const start = Buffer.from(bytes.subarray(0, 1024));
  const text = start.toString("latin1");
  return {
    text,
    markup: text.replace(/^\xef\xbb\xbf|^\xff\xfe|^\xfe\xff|\0/g, ""),
    brands: brandsOf(start),
  };
}

/** The major and the compatible brands of an ISO media file's `ftyp` box (ISO 14496-12, 4.3). */
function brandsOf(start: Buffer): string[] {
  if (start.length < 16 || start.toString("latin1", 4, 8) !== "ftyp") return [];
  const box = start.subarray(0, Math.min(start.readUInt32BE(0), start.length));
  const brands = [start.toString("latin1", 8, 12)];
  for (let at = 16; at + 4 <= box.length; at += 4) brands.push(box.toString("latin1", at, at + 4));
  return brands;
}
