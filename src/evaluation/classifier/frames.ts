// What the classifier learns from: every thing in every craft, several times, each with its finished
// frame and one from the way there. Drawn once and kept in memory, since drawing costs more than learning.
import type { Raster } from "../../raster.js";
import {
  drawScene,
  framesOf,
  randomFrom,
  renderFrames,
  subjects,
  type Craft,
  type Scene,
} from "../../world/index.js";
import { FRAME_PX } from "./network.js";

export interface LabelledFrame {
  frame: Raster;
  subject: string;
  /** undefined where the craft shows none */
  color: string | undefined;
  craft: string;
  /** 1 … 9 */
  stage: number;
}

/** Scenes that are drawn as one document. */
const TOGETHER = 21;

/**
 * @param crafts - one that is named twice is drawn twice as often
 * @param copies - of each thing in each craft
 * @param stages - how many frames of each; the finished one is always among them
 */
export async function drawFrames(
  seed: string,
  {
    crafts,
    copies,
    stages,
    heldOut = false,
    onProgress,
  }: {
    crafts: readonly Craft[];
    copies: number;
    stages: 1 | 2;
    /** the triples that no training sees, in crafts that have them: as many, of any subject */
    heldOut?: boolean;
    onProgress?: ((done: number, all: number) => void) | undefined;
  },
): Promise<LabelledFrame[]> {
  const all = copies * subjects.length * crafts.length;
  const frames: LabelledFrame[] = [];
  for (let first = 0; first < all; first += TOGETHER) {
    const drawn: { svg: string; scene: Scene; craft: Craft; stage: number }[] = [];
    for (let i = first; i < Math.min(all, first + TOGETHER); i++) {
      const random = randomFrom(`${seed} ${i}`);
      const craft = crafts[i % crafts.length]!;
      const subject = subjects[Math.floor(i / crafts.length) % subjects.length]!;
      const scene = drawScene(random, {
        craft,
        related: false,
        ...(heldOut ? { heldOut } : { subject }),
      });
      const svgs = framesOf(scene, craft, 9, FRAME_PX);
      const chosen = stages === 1 ? [9] : [9, random.whole(1, 8)];
      for (const stage of chosen) drawn.push({ svg: svgs[stage - 1]!, scene, craft, stage });
    }
    const rasters = await renderFrames(
      drawn.map(({ svg }) => svg),
      FRAME_PX,
    );
    drawn.forEach(({ scene, craft, stage }, i) =>
      frames.push({
        frame: rasters[i]!,
        subject: scene.subject.name,
        color: craft.colors ? scene.color : undefined,
        craft: craft.slug,
        stage,
      }),
    );
    onProgress?.(Math.min(all, first + TOGETHER), all);
  }
  return frames;
}
