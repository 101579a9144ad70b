// From a thing that somebody wants to see made to its steps.
import { domainArgument } from "./arguments.js";
import { definePrompt, quote } from "./prompt.js";
import { requireDomain } from "../procedures/index.js";

export const showMeHow = definePrompt({
  name: "show-me-how",
  title: "Show me how it is made",
  description: "Paints how a thing is made, step by step, and tells each step.",
  arguments: {
    subject: { description: "What shall be made, in a few words, as “a red boat”." },
    domain: domainArgument,
  },
  write(context, { subject, domain: slug }) {
    const domain = slug === undefined ? undefined : requireDomain(context, slug).domain;
    const craft = domain
      ? `The craft is ${domain.name} (domain ${domain.slug}).`
      : "Choose the craft that suits it best, of those that list_domains calls installed.";
    return [
      {
        text: [
          `Show me how ${quote(subject)} is made, step by step. ${craft}`,
          "Think through the making first, from the bare material to the finished piece: one clause a step that says what is new in it. Give these to generate_procedure as steps.",
          "Then tell me the steps in their order, with their pictures. Tell me every warning that the answer has. Where a picture shows something else than its caption says, go by the picture, and write the better words with caption_steps.",
        ].join("\n\n"),
      },
    ];
  },
});
