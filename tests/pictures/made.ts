// Pictures made for tests: small honest ones, and files that lie.
import { deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";

export const orange = { r: 200, g: 100, b: 20 };

export function plain(widthPx = 60, heightPx = 40): Sharp {
  return sharp({ create: { width: widthPx, height: heightPx, channels: 3, background: orange } });
}

/** Red on the left, blue on the right. */
export function redBlue(widthPx = 60, heightPx = 40): Sharp {
  const half = { width: widthPx / 2, height: heightPx, channels: 3 } as const;
  return sharp({ create: { ...half, width: widthPx, background: "red" } }).composite([
    { input: { create: { ...half, background: "blue" } }, left: widthPx / 2, top: 0 },
  ]);
}

/** The same noise every time: a scrambled GIF may by luck be a good one. */
export function noise(sidePx: number): Sharp {
  let state = 1;
  const data = Uint8Array.from({ length: 3 * sidePx * sidePx }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  return sharp(data, { raw: { width: sidePx, height: sidePx, channels: 3 } });
}

/** A PNG whose header may say what it likes about a few pixels. */
export function pngThatSays(widthPx: number, heightPx: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(widthPx, 0);
  header.writeUInt32BE(heightPx, 4);
  header.set([8, 2], 8); // 8 bits, RGB
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.alloc(1000))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A GIF of one pixel's data on a canvas of 65,535 × 65,535. */
export const gifBomb = Buffer.concat([
  Buffer.from("GIF89a"),
  Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0]),
  Buffer.from([0x2c, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 2, 2, 0x44, 1, 0, 0x3b]),
]);

/** An uncompressed TIFF of 8 × 8 pixels with any number of 8-bit grey channels. */
export function tiffOfChannels(channels: number): Buffer {
  const sizeBytes = 64 * channels;
  const [short, long] = [3, 4];
  const tags = [
    [256, short, 8], // width
    [257, short, 8], // height
    [258, short, 8], // bits per sample
    [259, short, 1], // no compression
    [262, short, 1], // black is zero
    [273, long, 8], // where the pixels begin
    [277, short, channels],
    [278, short, 8], // rows per strip
    [279, long, sizeBytes],
  ] as const;
  const directory = Buffer.alloc(2 + 12 * tags.length + 4);
  directory.writeUInt16LE(tags.length, 0);
  tags.forEach(([tag, type, value], index) => {
    const at = 2 + 12 * index;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(1, at + 4);
    directory.writeUInt32LE(value, at + 8);
  });
  const start = Buffer.from("II*\0\0\0\0\0", "latin1");
  start.writeUInt32LE(8 + sizeBytes, 4);
  return Buffer.concat([start, Buffer.alloc(sizeBytes, 99), directory]);
}

/** The head of an ISO media file. */
export function isoMedia(...brands: string[]): Buffer {
  const box = Buffer.from(`    ftyp${brands[0]}\0\0\0\0${brands.join("")}`, "latin1");
  box.writeUInt32BE(box.length, 0);
  return Buffer.concat([box, Buffer.alloc(100)]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), 4 + body.length);
  return framed;
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
