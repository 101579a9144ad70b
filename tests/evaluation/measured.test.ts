// What is measured of true sequences, by the classifier that the package comes with.
import { join } from "node:path";
import { packageRoot } from "#src/config.js";
import { chooseAsked, trueFrames } from "#src/evaluation/asked.js";
import { openClassifier } from "#src/evaluation/classifier/index.js";
import { measureSequence, see } from "#src/evaluation/measured.js";
import { parseModel } from "#src/procedures/model.js";
import { craftNamed } from "#src/world/index.js";
import { expect, onTestFinished, test } from "vitest";

test.each([
  ["lego", "in the last frame"],
  ["transformer", "in the first, since it ends as a robot"],
])("the thing that is made in %s is recognised %s", async (domain) => {
  const model = parseModel({
    name: domain,
    pagePx: 192,
    domains: [{ domain, b: 1, phrase: craftNamed(domain)!.phrase }],
    prompts: { nine: "{phrase}, {subject}" },
    sampling: { steps: 1 },
  });
  const classifier = await openClassifier(
    join(packageRoot(), "models", "evaluation", "classifier.safetensors"),
  );
  onTestFinished(() => classifier.close());
  const all = await Promise.all(
    chooseAsked(model, { count: 20, seed: 1 }).map(async (asked) =>
      measureSequence(await see(classifier, await trueFrames(asked, 9)), asked),
    ),
  );
  for (const measure of ["subject", "color", "craft"])
    expect(all.filter((one) => one[measure] === 1).length).toBeGreaterThanOrEqual(19);
});
