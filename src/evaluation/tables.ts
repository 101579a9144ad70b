// What the tables are about: their rows and columns in words. Numbers come from the records alone.

export interface Column {
  /** of a measure */
  key: string;
  title: string;
  meaning: string;
  unit: "percent" | "number" | "dB";
}

export interface TableRow {
  /** of the records */
  row: string;
  title: string;
  /** the model's own, which the others are there to be compared with */
  own?: boolean;
}

export interface TablePlan {
  title: string;
  columns: readonly Column[];
  rows: readonly TableRow[];
}

/** By the measure that they show. */
export const columns = {
  subject: {
    key: "subject",
    title: "subject",
    meaning: "the classifier names the thing in the last frame; of a transformer in the first",
    unit: "percent",
  },
  color: {
    key: "color",
    title: "colour",
    meaning: "and its colour",
    unit: "percent",
  },
  craft: {
    key: "craft",
    title: "domain",
    meaning: "and the craft it is made in",
    unit: "percent",
  },
  tau: {
    key: "tau",
    title: "order τ",
    meaning:
      "Kendall’s τ: how steadily the frames come nearer to the last one, by the pixels that differ times the stages between",
    unit: "number",
  },
  shortWay: {
    key: "shortWay",
    title: "own order",
    meaning: "the way from frame to frame is shorter than through 95 of 99 shuffled orders",
    unit: "percent",
  },
  growth: {
    key: "growth",
    title: "growth",
    meaning: "steps in which the part of the picture that is finished does not shrink",
    unit: "percent",
  },
  step: {
    key: "step",
    title: "step",
    meaning: "mean distance from a frame to the next, 0 where they are alike",
    unit: "number",
  },
  clip: {
    key: "clip",
    title: "CLIP",
    meaning: "100 · max(0, cos) of the last frame and the words of the subject",
    unit: "number",
  },
  given: {
    key: "given",
    title: "last frame",
    meaning:
      "PSNR of the given picture as the model gives it back, before its own pixels are put there",
    unit: "dB",
  },
  steps: {
    key: "steps",
    title: "steps",
    meaning: "PSNR of the steps before it against the true ones",
    unit: "dB",
  },
  straightness: {
    key: "straightness",
    title: "straight",
    meaning:
      "distance of the given frames over the way through the new one: 1 where it lies on it, less the further it leads away",
    unit: "number",
  },
  ordered: {
    key: "ordered",
    title: "in order",
    meaning:
      "the first new frame stands nearer to the beginning than the second, and neither is a copy",
    unit: "percent",
  },
  blueprint: {
    key: "blueprint",
    title: "blueprint",
    meaning: "pixels of the last frame in the blueprint’s blue",
    unit: "percent",
  },
} as const satisfies Record<string, Column>;

export type ColumnKey = keyof typeof columns;
export const columnKeys = Object.keys(columns) as ColumnKey[];

export const columnsOf = (...keys: ColumnKey[]): Column[] => keys.map((key) => columns[key]);

const meanings: Partial<Record<ColumnKey, string>> = {
  craft: "the craft is recognised in the new frames",
  steps: "PSNR of the new frames against the true ones",
};

/** As they are meant of frames between two others. */
export const columnsBetween = (...keys: ColumnKey[]): Column[] =>
  keys.map((key) => ({ ...columns[key], meaning: meanings[key] ?? columns[key].meaning }));

const byDepth = (row: string, title: string, own = false): TableRow[] =>
  [1, 2, 3].map((depth) => ({ row: `${row} ${depth}`, title: `${title}, depth ${depth}`, own }));

export const tablePlans: readonly TablePlan[] = [
  {
    title: "From words",
    columns: columnsOf("subject", "color", "craft", "tau", "shortWay", "growth", "step", "clip"),
    rows: [
      { row: "model", title: "the model", own: true },
      { row: "true", title: "true sequences" },
      { row: "shuffled", title: "true frames, shuffled" },
      { row: "base", title: "the base alone" },
      { row: "noise", title: "noise, decoded" },
    ],
  },
  {
    title: "From a picture",
    columns: columnsOf("given", "steps", "tau", "shortWay", "growth"),
    rows: [
      { row: "recraft", title: "ReCraft", own: true },
      { row: "repeated", title: "the picture repeated" },
      { row: "shuffled", title: "true frames, shuffled" },
      { row: "noise", title: "noise, decoded" },
    ],
  },
  {
    title: "In between",
    columns: columnsBetween("straightness", "ordered", "craft", "steps"),
    rows: [
      ...byDepth("between", "interpolation", true),
      { row: "true between 1", title: "true frames" },
      ...byDepth("cross-fade", "cross-fading"),
    ],
  },
];
