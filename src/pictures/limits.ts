// How much work a stranger's picture may ask of us.

export interface PictureLimits {
  /** size of the file, encoded */
  sizeBytes: number;
  /** width × height, as the header says, and of a page that is composed */
  pixels: number;
  /** time for decoding and scaling one picture */
  decodeSeconds: number;
}

export const defaultLimits: PictureLimits = {
  sizeBytes: 64 * 1024 * 1024,
  pixels: 100_000_000,
  decodeSeconds: 20,
};
