// A tutorial as Markdown (CommonMark, as GitHub reads it), its pictures beside it.
import type { Render } from "./format.js";
import { stepName, stepPngs } from "./pictures.js";
import type { Tutorial } from "./tutorial.js";

export const exportMarkdown: Render = async (source) => {
  const { tutorial } = source;
  const write = (folder: string) =>
    renderMarkdown(tutorial, (index) => `${encodeURIComponent(folder)}/${stepName(index)}`);
  return {
    bytes: (folder) => Buffer.from(write(folder)),
    beside: await stepPngs(source),
  };
};

/** @param linkTo - the address of a step's picture, by its index from 0 */
export function renderMarkdown(
  { title, facts, warnings, notes, steps }: Tutorial,
  linkTo: (index: number) => string,
): string {
  const parts = [
    `# ${escapeMarkdown(title)}`,
    escapeMarkdown(facts),
    ...warnings.map((warning) => `> Warning: ${escapeMarkdown(warning)}`),
    ...notes.map((note) => `> ${escapeMarkdown(note)}`),
    ...steps.flatMap(({ caption, isNew }, index) => [
      `## Step ${index + 1}${isNew ? " (in between)" : ""}`,
      `![${escapeMarkdown(caption)}](${linkTo(index)})`,
      escapeMarkdown(caption),
    ]),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Nothing in a text means anything: no markup, HTML, link, entity or formula, and no list at its start. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_~[\]<>&#|$]/g, "\\$&")
    .replace(/^(\d+)([.)])/, "$1\\$2")
    .replace(/^[-+=]/, "\\$&")
    .replace(/\b(https?|ftp|www|mailto)([:.])/gi, "$1\\$2");
}
