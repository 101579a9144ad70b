// Words into pixels, by Pango with the system's fonts: it shapes every script, turns right-to-left text,
// and takes each letter from a font that has it. Where none has, it draws a box with the letter's number.
import sharp from "sharp";
import type { Raster } from "../raster.js";

/** Letters of four and of six hexadecimal digits that no font will ever have. */
const NEVER_ASSIGNED = ["\uFDD0", "\u{1FFFE}"];

export interface TypesetOptions {
  widthPx: number;
  fontPx: number;
}

/** A text in black on white, wrapped at a width, as large as its lines are. */
export async function typeset(text: string, { widthPx, fontPx }: TypesetOptions): Promise<Raster> {
  const drawn = sharp({
    text: {
      text: asMarkup(text) || " ",
      font: `sans ${fontPx}`,
      dpi: 72, // a point is a pixel
      width: widthPx,
      wrap: "word-char",
      spacing: Math.round(fontPx / 5),
      rgba: true, // emoji have colours
    },
  }).flatten({ background: "white" });
  try {
    const raw = drawn.toColourspace("srgb").raw();
    const { data, info } = await raw.toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  } catch (error) {
    if (!String(error).includes("no text to render")) throw error;
    return { width: 1, height: 1, data: new Uint8Array(3).fill(255) }; // only letters that are not seen
  }
}

/** The letters that no font of this machine has, each once. */
export async function missingLetters(texts: readonly string[]): Promise<string> {
  const letters = new Set(texts.join("").match(/[^\p{ASCII}\p{Cf}\p{M}\p{Z}]/gu));
  if (letters.size === 0) return "";
  const boxes = await Promise.all(NEVER_ASSIGNED.map(outline));
  let missing = "";
  for (const letter of letters) if (boxes.includes(await outline(letter))) missing += letter;
  return missing;
}

/** A letter's size and outermost pixels: all boxes with as many digits have the same. */
async function outline(letter: string): Promise<string> {
  const { width, height, data } = await typeset(letter, { widthPx: 100, fontPx: 32 });
  const edge = data.filter((_, at) => {
    const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
    return x === 0 || y === 0 || x === width - 1 || y === height - 1;
  });
  return `${width} ${Buffer.from(edge).toString("base64")}`;
}

/** Pango reads its text as markup, and refuses what XML has no place for. */
function asMarkup(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, " ")
    .replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
