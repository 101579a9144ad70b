// A request's page in latents, once it is known to fall on them.
import { EngineError } from "./error.js";
import type { PaintRequest } from "./request.js";
import type { LatentSize } from "./sampling/tokens.js";

/** Pixels of a latent, and of a token. */
export const LATENT_PX = 8;
const TOKEN_PX = 16;

/** @throws EngineError `bad_request` when the page or a cell does not fall on whole tokens or latents */
export function latentSize(request: PaintRequest, channels: number): LatentSize {
  const { widthPx, heightPx, steps, known } = request;
  const refuse = (what: string) => {
    throw new EngineError("bad_request", `paint: ${what}`);
  };
  if (!(widthPx > 0 && heightPx > 0) || widthPx % TOKEN_PX !== 0 || heightPx % TOKEN_PX !== 0)
    refuse(
      `page must have sides that are multiples of ${TOKEN_PX} px, got ${widthPx} x ${heightPx}`,
    );
  if (!Number.isInteger(steps) || steps < 1) refuse(`steps must be 1 or more, got ${steps}`);
  for (const { cell, picture } of known) {
    const { x, y, width, height } = cell;
    if ([x, y, width, height].some((px) => px % LATENT_PX !== 0))
      refuse(`cell ${x},${y} ${width} x ${height} must lie on multiples of ${LATENT_PX} px`);
    if (x < 0 || y < 0 || x + width > widthPx || y + height > heightPx)
      refuse(`cell ${x},${y} ${width} x ${height} leaves the page of ${widthPx} x ${heightPx} px`);
    if (picture.width !== width || picture.height !== height)
      refuse(
        `picture of ${picture.width} x ${picture.height} px in a cell of ${width} x ${height}`,
      );
  }
  return { channels, height: heightPx / LATENT_PX, width: widthPx / LATENT_PX };
}
