// What can be made here, and what it takes to make more.
import { z } from "zod";
import { defineTool, READS } from "./tool.js";
import {
  canDraw,
  domainIn,
  type Context,
  exampleSubjects,
  frameCounts,
  howToInstall,
  stylesOf,
  usualFrames,
} from "../procedures/index.js";

const domainList = z.object({
  model: z.object({
    name: z.string(),
    can_draw: z.string(),
    frames: z.array(z.number().int()).describe("The frame counts it paints."),
    presets: z
      .array(z.object({ name: z.string(), steps: z.number().int() }))
      .describe("Ways to paint in fewer steps: for the preset argument of the tools that paint."),
  }),
  domains: z.array(
    z.object({
      slug: z.string(),
      index: z.number().int(),
      name: z.string(),
      summary: z.string(),
      frames: z.number().int().describe("The frame count when none is asked for."),
      installed: z.boolean(),
      install: z.string().optional().describe("What to install where it is not."),
      examples: z.array(z.string()).describe("Subjects that the model draws well."),
    }),
  ),
  styles: z
    .array(
      z.object({
        name: z.string(),
        trigger: z.string().optional().describe("Goes into the prompt by itself."),
        weight: z.number().describe("Where no other is asked for."),
        installed: z.boolean().describe("Whether it fits the present model."),
      }),
    )
    .describe("How a craft can look: for the styles argument of the tools that paint."),
});

type StyleEntry = DomainList["styles"][number];

export type DomainList = z.infer<typeof domainList>;

export function domainsOf(context: Context): DomainList {
  const { domains, model } = context;
  return {
    model: {
      name: model.name,
      can_draw: canDraw(model),
      frames: frameCounts(model),
      presets: Object.entries(model.presets).map(([preset, { steps }]) => ({
        name: preset,
        steps,
      })),
    },
    domains: domains.map((domain) => {
      const { slug, index, name, summary, frames } = domain;
      const inModel = domainIn(model, domain);
      const installed = inModel !== undefined;
      return {
        slug,
        index,
        name,
        summary,
        frames: inModel === undefined ? frames : usualFrames(domain, inModel),
        installed,
        ...(!installed && { install: howToInstall(domain) }),
        examples: installed ? exampleSubjects(model, domain) : [],
      };
    }),
    styles: stylesOf(context).map(({ slug: name, trigger, weight, fits: installed }) => ({
      name,
      ...(trigger !== "" && { trigger }),
      weight,
      installed,
    })),
  };
}

export function tellDomains({ model, domains, styles }: DomainList): string {
  const lines = domains.map(({ slug, name, summary, frames, installed, examples }) => {
    const state = installed
      ? `For example ${examples.join(", ") || "anything"}.`
      : "Not installed.";
    return `${installed ? "✓" : "–"} ${slug} (${name}, ${frames} frames): ${summary} ${state}`;
  });
  const ways = new Set(domains.flatMap(({ install }) => install ?? []));
  const toInstall = [...ways].map((way) => {
    const slugs = domains.filter(({ install }) => install === way).map(({ slug }) => slug);
    return `To have ${slugs.join(", ")}: ${way}`;
  });
  const presets = model.presets.map(({ name, steps }) => `${name} (${steps} steps)`);
  return [
    `Model “${model.name}”, ${model.frames.join(" or ")} frames. ${model.can_draw}`,
    ...lines,
    ...toInstall,
    ...(presets.length === 0 ? [] : [`Presets: ${presets.join(", ")}.`]),
    styles.length === 0
      ? "No styles yet; makeanything adapters add FILE --name NAME puts a LoRA here."
      : `Styles: ${styles.map(tellStyle).join(", ")}.`,
  ].join("\n");
}

function tellStyle({ name, trigger, weight, installed }: StyleEntry): string {
  const words = trigger === undefined ? "" : `, “${trigger}”`;
  return `${name} (weight ${weight}${words}${installed ? "" : ", for another model"})`;
}

export const listDomains = defineTool({
  name: "list_domains",
  title: "List the crafts",
  description:
    "Lists the 21 crafts: slug, name, whether the present model has it or what to install, frames, and examples of what it can draw; and the styles that can go on top.",
  input: z.strictObject({}),
  output: domainList,
  annotations: READS,
  async run(context) {
    const structured = domainsOf(context);
    return { structured, blocks: [{ kind: "text", text: tellDomains(structured) }] };
  },
});
