// From a picture to the steps by which somebody could make such a thing.
import { domainArgument } from "./arguments.js";
import { definePrompt, quote } from "./prompt.js";
import { requireDomain } from "../procedures/index.js";

export const recreateThis = definePrompt({
  name: "recreate-this",
  title: "Recreate this",
  description: "Paints the steps that may have led to a picture, and tells how to go them.",
  arguments: {
    image: {
      description:
        "Path of the picture; the newest one in the allowed folders where it is left out.",
      optional: true,
    },
    domain: domainArgument,
  },
  write(context, { image, domain: slug }) {
    const domain = slug === undefined ? undefined : requireDomain(context, slug).domain;
    const which = image
      ? `The picture is ${quote(image)}.`
      : "The picture is the newest one that find_images lists; show it to me before you go on.";
    const craft = domain
      ? `The craft is ${domain.name} (domain ${domain.slug}).`
      : "Choose the craft it was made in, of those that list_domains calls installed.";
    return [
      {
        text: [
          `I want to make what a picture shows. ${which} ${craft}`,
          "Have the steps before it painted with recraft_from_image; say in a few words what the picture shows, as its subject.",
          "Then tell me for each step what I need and what I do. The steps are a guess from the finished piece: say so, and tell me every warning that the answer has.",
        ].join("\n\n"),
      },
    ];
  },
});
