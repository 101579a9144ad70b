// How a checkpoint names and cuts what the graphs ask for.

/** A stored tensor, or some of its rows. */
export interface Piece {
  name: string;
  /** of the whole stored tensor */
  shape: readonly number[];
  /** first row, and the one behind the last */
  rows?: readonly [number, number];
}

/** The pieces whose rows, one below the other, are the tensor of our key. */
export type Layout = (key: string, shape: readonly number[]) => Piece[];

/** Names, joints and shapes are ours. */
export const ownLayout: Layout = (key, shape) => [{ name: key, shape }];

/** The shapes of all keys that a graph asks for. */
export type Expected = ReadonlyMap<string, readonly number[]>;
