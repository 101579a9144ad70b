// Outlines are polygons with many corners, in a box of 100 x 100 units, y down: whatever a craft does
// to a thing (fill, trace, hatch, break into bricks, wobble by hand), it does to points.

export type Point = readonly [x: number, y: number];
/** closed: the last corner joins the first */
export type Outline = readonly Point[];

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const CORNERS = 36;

export const polygon = (...points: Point[]): Outline => points;

export const rect = (left: number, top: number, width: number, height: number): Outline => [
  [left, top],
  [left + width, top],
  [left + width, top + height],
  [left, top + height],
];

export const ellipse = (x: number, y: number, rx: number, ry = rx): Outline =>
  Array.from({ length: CORNERS }, (_, i) => {
    const angle = (2 * Math.PI * i) / CORNERS;
    return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)] as const;
  });

export function roundedRect(
  left: number,
  top: number,
  width: number,
  height: number,
  radius: number,
): Outline {
  const corner = (x: number, y: number, from: number) =>
    Array.from({ length: 7 }, (_, i) => {
      const angle = from + (Math.PI / 2) * (i / 6);
      return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const;
    });
  const [right, bottom] = [left + width - radius, top + height - radius];
  return [
    ...corner(right, top + radius, -Math.PI / 2),
    ...corner(right, bottom, 0),
    ...corner(left + radius, bottom, Math.PI / 2),
    ...corner(left + radius, top + radius, Math.PI),
  ];
}

/** A closed curve through the points (Catmull–Rom). */
export function smooth(...points: Point[]): Outline {
  const at = (i: number) => points[(i + points.length) % points.length] as Point;
  return points.flatMap((_, i) => {
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    const along = (axis: 0 | 1, t: number) =>
      0.5 *
      (2 * b[axis] +
        (c[axis] - a[axis]) * t +
        (2 * a[axis] - 5 * b[axis] + 4 * c[axis] - d[axis]) * t ** 2 +
        (3 * b[axis] - a[axis] - 3 * c[axis] + d[axis]) * t ** 3);
    return [0, 0.2, 0.4, 0.6, 0.8].map((t) => [along(0, t), along(1, t)] as const);
  });
}

/** A line with a width, as an outline: limbs, stems, masts. */
export function stroke(width: number, ...points: Point[]): Outline {
  const side = (sign: 1 | -1) =>
    points.map(([x, y], i) => {
      const [fromX, fromY] = points[Math.max(0, i - 1)] as Point;
      const [toX, toY] = points[Math.min(points.length - 1, i + 1)] as Point;
      const length = Math.hypot(toX - fromX, toY - fromY) || 1;
      const half = (sign * width) / 2;
      return [x - (half * (toY - fromY)) / length, y + (half * (toX - fromX)) / length] as const;
    });
  return [...side(1), ...side(-1).toReversed()];
}

export const mirror = (outline: Outline, axisX = 50): Outline =>
  outline.map(([x, y]) => [2 * axisX - x, y] as const).toReversed();

export const move = (outline: Outline, dx: number, dy: number, scale = 1): Outline =>
  outline.map(([x, y]) => [dx + scale * x, dy + scale * y] as const);

export function turn(outline: Outline, degrees: number, [cx, cy]: Point): Outline {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return outline.map(
    ([x, y]) =>
      [cx + cos * (x - cx) - sin * (y - cy), cy + sin * (x - cx) + cos * (y - cy)] as const,
  );
}

export function boundsOf(outlines: readonly Outline[]): Box {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const outline of outlines)
    for (const [x, y] of outline) {
      if (x < box.left) box.left = x;
      if (y < box.top) box.top = y;
      if (x > box.right) box.right = x;
      if (y > box.bottom) box.bottom = y;
    }
  return box;
}

/** Even–odd rule. */
export function contains(outline: Outline, [x, y]: Point): boolean {
  let inside = false;
  outline.forEach(([ax, ay], i) => {
    const [bx, by] = outline[(i + 1) % outline.length] as Point;
    if (ay > y !== by > y && x < ax + ((bx - ax) * (y - ay)) / (by - ay)) inside = !inside;
  });
  return inside;
}

/** SVG path data, to a hundredth of a unit. */
export const toPath = (outline: Outline): string =>
  `M${outline.map(([x, y]) => `${hundredths(x)} ${hundredths(y)}`).join("L")}Z`;

/** As `toFixed`, at a fraction of its time: every frame writes some thousand numbers. */
const hundredths = (value: number) => Math.round(100 * value) / 100;
