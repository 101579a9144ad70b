// What an export is made from, and what comes of it.
import type { Tutorial } from "./tutorial.js";
import type { Context, Procedure } from "../procedures/index.js";

export interface ExportSource {
  procedure: Procedure;
  tutorial: Tutorial;
  pictures: Context["pictures"];
  /** absolute path of the page of all steps */
  page: string;
  signal?: AbortSignal | undefined;
}

export interface Rendered {
  /** @param folder - name of the folder where `beside` will lie */
  bytes(folder: string): Uint8Array;
  /** files that go into a folder beside the main one */
  beside?: Record<string, Uint8Array>;
  /** letters that no font of this machine has */
  missing?: string;
}

export type Render = (source: ExportSource) => Promise<Rendered>;
