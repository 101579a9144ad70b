// What a diagnosis is made of: sections of lines, each of which says one thing.

/** `no`: it is not so, and need not be; `note`: good to know */
export type State = "ok" | "missing" | "wrong" | "no" | "note";

export interface Line {
  state: State;
  what: string;
  words: string;
  path?: string;
}

export interface Section {
  title: string;
  lines: Line[];
}

/** What to do. */
export interface Step {
  command: string;
  why: string;
}

export interface Diagnosis {
  /** the model in use can paint */
  ok: boolean;
  /** the way in which a large model is run here; undefined where nothing fits */
  variant?: string;
  sections: Section[];
  next: Step[];
}
