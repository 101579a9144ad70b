// Somebody's picture into pixels. Everything here may be a lie: the size, the format, the data. So the
// bytes are judged first, only the decoders of the accepted formats can run, and only on bytes.
import sharp, { type ResizeOptions } from "sharp";
import { PictureError } from "./error.js";
import { formatOf, type Format } from "./format.js";
import type { PictureLimits } from "./limits.js";
import { nameOf, read } from "./read.js";
import type { Raster } from "../raster.js";
import type { PictureSource } from "./request.js";

sharp.cache(false);
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: ["Png", "Jpeg", "Webp", "Nsgif", "Tiff", "Heif"].map(
    (format) => `VipsForeignLoad${format}Buffer`,
  ),
});

/** A picture whose header has been read, and found to be within the limits. */
export interface Picture {
  /** the file as it came */
  bytes: Uint8Array;
  format: Format;
  /** as people see it, after the rotation that the file asks for */
  widthPx: number;
  heightPx: number;
  /**
   * Decodes the first frame: rotated, sRGB, alpha on white, scaled as asked.
   * Throws `PictureError`: `corrupt`, `too_slow`.
   */
  pixels(size?: ResizeOptions): Promise<Raster>;
}

/**
 * Opens a picture and reads its header.
 * Throws `PictureError`, any code but `too_slow`.
 */
export async function openPicture(source: PictureSource, limits: PictureLimits): Promise<Picture> {
  const name = nameOf(source);
  const bytes = await read(source, limits);
  const format = formatOf(bytes, name);
  const mostPixels = format === "avif" ? limits.avifPixels : limits.pixels;
  const input = sharp(bytes, {
    failOn: "error",
    limitInputPixels: mostPixels,
    autoOrient: true,
  }).timeout({ seconds: limits.decodeSeconds });

  const { autoOrient } = await input.metadata().catch((error: unknown) => {
    throw undecoded(name, error, { ...limits, pixels: mostPixels });
  });

  return {
    bytes,
    format,
    widthPx: autoOrient.width,
    heightPx: autoOrient.height,
    async pixels(size) {
      const pipeline = input.clone().flatten({ background: "white" }).toColourspace("srgb");
      if (size) pipeline.resize(size);
      const { data, info } = await pipeline
        .raw()
        .toBuffer({ resolveWithObject: true })
        .catch((error: unknown) => {
          throw undecoded(name, error, { ...limits, pixels: mostPixels });
        });
      if (info.channels !== 3)
        throw new PictureError(
          "unsupported_format",
          `${name} decodes to ${info.channels} channels instead of red, green and blue; save it as an RGB picture`,
        );
      return { width: info.width, height: info.height, data };
    },
  };
}

function undecoded(name: string, cause: unknown, limits: PictureLimits): PictureError {
  const [reason = ""] = String(cause instanceof Error ? cause.message : cause).split(
    /:?\s*\n|:\s*$/,
  );
  if (reason.startsWith("timeout"))
    return new PictureError(
      "too_slow",
      `${name} was not decoded within ${limits.decodeSeconds} s; scale it down or save it as PNG`,
      { cause },
    );
  if (reason.includes("pixel limit"))
    return new PictureError(
      "too_large",
      `${name} has more than ${limits.pixels / 1e6} million pixels; scale it down first`,
      { cause },
    );
  return new PictureError(
    "corrupt",
    `${name} is damaged or incomplete (${reason}); open it in a picture program and save it anew`,
    { cause },
  );
}
