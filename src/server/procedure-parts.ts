// What can be read of a procedure, by its handle. Nothing here knows the protocol.
import { readFile } from "node:fs/promises";
import { renderMarkdown, tutorialOf } from "../exports/index.js";
import {
  type Context,
  findStep,
  HANDLES,
  MANIFEST_FILE,
  manifestUri,
  pageUri,
  stepUri,
  tutorialUri,
} from "../procedures/index.js";

type Reader = Pick<Context, "store" | "domains">;

export interface Part {
  name: string;
  title: string;
  description: string;
  mimeType: string;
  /** with a place for the procedure's id, and perhaps for a step */
  handle: string;
  /** of parts that are listed: there is one a procedure */
  uriOf?: (id: string) => string;
  /** the captions stand in it, which can change */
  hasCaptions?: boolean;
  /** Texts as they are, pictures as bytes. Throws what `load` throws. */
  read(context: Reader, id: string, uri: string): Promise<string | Uint8Array>;
}

export const PARTS: readonly Part[] = [
  {
    name: "tutorial",
    title: "A tutorial",
    description: "The steps of a procedure with their captions and pictures, as Markdown.",
    mimeType: "text/markdown",
    handle: HANDLES.tutorial,
    uriOf: tutorialUri,
    hasCaptions: true,
    async read(context, id) {
      const tutorial = tutorialOf(context, await context.store.load(id));
      return renderMarkdown(tutorial, (index) => stepUri(id, index + 1));
    },
  },
  {
    name: "page",
    title: "A page",
    description: "All steps of a procedure on one page.",
    mimeType: "image/png",
    handle: HANDLES.page,
    uriOf: pageUri,
    async read({ store }, id) {
      const { page } = await store.load(id);
      return readFile(store.filePath(id, page));
    },
  },
  {
    name: "manifest",
    title: "A manifest",
    description: "Everything about a procedure, as JSON.",
    mimeType: "application/json",
    handle: HANDLES.manifest,
    uriOf: manifestUri,
    hasCaptions: true,
    async read({ store }, id) {
      await store.load(id);
      return readFile(store.filePath(id, MANIFEST_FILE), "utf8");
    },
  },
  {
    name: "step",
    title: "A step",
    description: "The full-size picture of a step, counted from 1.",
    mimeType: "image/png",
    handle: HANDLES.step,
    async read({ store }, id, uri) {
      const { step } = await findStep(store, uri);
      return readFile(store.filePath(id, step.file));
    },
  },
];
