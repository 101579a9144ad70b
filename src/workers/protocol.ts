// What the two sides of a fork say to each other, as structured clones.

/** How far a job is. Step 0 is reported when a phase begins. */
export interface Progress {
  phase: string;
  /** steps done in this phase, of `steps`; a fraction is the host's estimate between two reports */
  step: number;
  steps: number;
}

export type ToChild = { id: number; operation: string; request: unknown } | { cancel: number };

export type FromChild =
  | { id: number; kind: "started" }
  | { id: number; kind: "progress"; progress: Progress }
  | { id: number; kind: "result"; result: unknown }
  | { id: number; kind: "error"; code: string; message: string };
