// A scene's things at their places: scaled, standing on the ground, two of them as their relation says.
import { backgroundBehind } from "./backgrounds.js";
import { boundsOf, move } from "./geometry.js";
import { paletteOf, type ColorName } from "./palette.js";
import { randomFrom, type Random } from "./random.js";
import type { Drawing, PlacedShape, Relation, Scene, Size } from "./scene.js";
import type { Subject } from "./subject.js";

/** What is drawn, from the back to the front. */
type Shapes = readonly PlacedShape[];

/** Of the subject's own box. */
const scales: Record<Size, number> = { small: 0.62, medium: 0.8, big: 0.95 };
/** Where the feet stand: what is small keeps near the middle. */
const feet: Record<Size, number> = { small: 83, medium: 87, big: 91 };
/** With a second thing, which is always smaller than a first one of medium size. */
const SCALE_OF_FIRST = 0.75;
const SCALE_OF_OTHER = 0.45;

const BORDER = 8;
const INSIDE = 100 - 2 * BORDER;
const JITTER = 3;
const GAP = 4;

export function arrange({ subject, color, size, background, other, seed }: Scene): Drawing {
  const random = randomFrom(`${seed} place`);
  const alone = scaled(paint(subject, color, true), scales[size]);
  const shapes = other
    ? relate[other.relation](
        scaled(alone, SCALE_OF_FIRST),
        scaled(paint(other.subject, other.color, false), SCALE_OF_OTHER),
        random.chance(0.5) ? "left" : "right",
      )
    : alone;
  const { main, dark, light } = paletteOf(color);
  return {
    shapes: intoBox(shapes, feet[other ? "big" : size], random),
    main,
    dark,
    light,
    background: backgroundBehind(background, other ? [color, other.color] : [color]),
  };
}

/** Both things together; the side is that of the other. */
const relate: Record<Relation, (first: Shapes, other: Shapes, side: "left" | "right") => Shapes> = {
  beside: (first, other, side) => {
    const at = boxOf(first);
    const half = boxOf(other).width / 2;
    const x = side === "left" ? at.left - GAP - half : at.right + GAP + half;
    return [...first, ...stand(other, x, at.bottom)];
  },
  "in front of": (first, other, side) => {
    const at = boxOf(first);
    const behind = scaled(other, 1.25);
    return [...stand(behind, at[side], at.bottom - 0.45 * at.height), ...first];
  },
  under: (first, other) => {
    const at = boxOf(first);
    return [...first, ...stand(other, at.middle, at.top - GAP)];
  },
  "on top of": (first, other) => {
    const at = boxOf(first);
    const below = boxOf(other);
    // A little into each other, or a round head would carry nothing.
    return [...stand(other, at.middle, at.bottom + 0.9 * below.height), ...first];
  },
};

function paint(subject: Subject, color: ColorName, first: boolean): Shapes {
  const palette = paletteOf(color);
  return subject.shapes.map(({ outline, paint: name, role }) => ({
    outline,
    role,
    fill: palette[name],
    first,
  }));
}

/** Keeps what is drawn inside the borders, near the middle, its feet near the height given. */
function intoBox(shapes: Shapes, feetY: number, random: Random): Shapes {
  const { width, height } = boxOf(shapes);
  const fit = Math.min(1, INSIDE / width, INSIDE / height);
  const [halfWidth, fullHeight] = [(fit * width) / 2, fit * height];
  const jitter = () => random.between(-JITTER, JITTER);
  return stand(
    scaled(shapes, fit),
    clamp(50 + jitter(), BORDER + halfWidth, 100 - BORDER - halfWidth),
    clamp(feetY + jitter(), BORDER + fullHeight, 100 - BORDER),
  );
}

/** Moves the middle of the lowest edge to this point. */
function stand(shapes: Shapes, x: number, y: number): Shapes {
  const { middle, bottom } = boxOf(shapes);
  return moved(shapes, x - middle, y - bottom);
}

const scaled = (shapes: Shapes, scale: number) => moved(shapes, 0, 0, scale);

const moved = (shapes: Shapes, dx: number, dy: number, scale = 1): Shapes =>
  shapes.map((shape) => ({ ...shape, outline: move(shape.outline, dx, dy, scale) }));

function boxOf(shapes: Shapes) {
  const box = boundsOf(shapes.map(({ outline }) => outline));
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  return { ...box, width, height, middle: box.left + width / 2 };
}

const clamp = (value: number, least: number, most: number) =>
  Math.min(most, Math.max(least, value));

export const sizes = Object.keys(scales) as Size[];
export const relations = Object.keys(relate) as Relation[];
