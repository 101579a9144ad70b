// From a record of the world to what a person should know, and do.
import type { Diagnosis } from "./diagnosis.js";
import { nextSteps } from "./next.js";
import { outlookOf } from "./outlook.js";
import { chooseParts } from "./parts.js";
import { filesSection } from "./sections/files.js";
import { machineSection } from "./sections/machine.js";
import { modelSection } from "./sections/model.js";
import { partsSection } from "./sections/parts.js";
import { placesSection } from "./sections/places.js";
import { variantsSection } from "./sections/variants.js";
import type { World } from "./world.js";

export function diagnose(world: World): Diagnosis {
  const { model, disk } = world;
  const parts = chooseParts(world);
  const outlook = outlookOf(world, parts);
  const { variant } = outlook;
  const files = filesSection(world);
  return {
    ok: model.faults.length === 0 && (model.isSmall || variant !== undefined),
    ...(variant && { variant: variant.name }),
    sections: [
      modelSection(world),
      partsSection(parts),
      ...(files ? [files] : []),
      variantsSection(outlook, disk),
      machineSection(world),
      placesSection(world),
    ],
    next: nextSteps(world, parts, outlook),
  };
}
