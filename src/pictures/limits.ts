// How much work a stranger's picture may ask of us.

export interface PictureLimits {
  /** size of the file, encoded */
  sizeBytes: number;
  /** width × height, as the header says, and of a page that is composed */
  pixels: number;
  /** the same of an AVIF, which takes 18 bytes a pixel to decode, and two kB to hold 100 million of them */
  avifPixels: number;
  /** time for decoding and scaling one picture */
  decodeSeconds: number;
}

export const defaultLimits: PictureLimits = {
  sizeBytes: 64 * 1024 * 1024,
  pixels: 100_000_000,
  avifPixels: 36_000_000,
  decodeSeconds: 20,
};
