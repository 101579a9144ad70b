import path from "node:path";
import { packageRoot } from "#src/config.js";
import { createTools } from "#src/tools/index.js";
import { loosen } from "#src/tools/loose.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { loadDomains } from "#src/procedures/domains.js";

const tools = new Map(
  createTools(loadDomains(path.join(packageRoot(), "adapters"))).map((tool) => [tool.name, tool]),
);
const inputOf = (tool: string) => tools.get(tool)!.input;
const rocket = { subject: "a red rocket", domain: "sketch" };
const mix = { domain: { lego: 0.6, ink_painting: 0.4 } };
const styles = { styles: [{ name: "paper" }, { name: "ice", weight: 0.5 }] };

describe("what can mean one thing only is taken for it", () => {
  test.each([
    ["generate_procedure", { ...rocket, frames: "9" }, { frames: 9 }],
    [
      "generate_procedure",
      { ...rocket, frames: null, seed: null, steps: null },
      { seed: undefined },
    ],
    ["generate_procedure", { ...rocket, seed: " 12 " }, { seed: 12 }],
    ["generate_procedure", { ...rocket, seed: "" }, { seed: undefined }],
    ["generate_procedure", { ...rocket, seed: "9007199254740991" }, { seed: 2 ** 53 - 1 }],
    ["generate_procedure", { ...rocket, domain: "Sketch" }, { domain: "sketch" }],
    ["generate_procedure", { ...rocket, domain: "ink painting" }, { domain: "ink_painting" }],
    ["generate_procedure", { ...rocket, steps: '["a", "b"]' }, { steps: ["a", "b"] }],
    ["generate_procedure", { ...rocket, subject: 1984 }, { subject: "1984" }],
    ["generate_procedure", { ...rocket, wait_seconds: "0.5" }, { wait_seconds: 0.5 }],
    ["generate_procedure", rocket, { wait_seconds: 45 }],
    ["refine_steps", { procedure_id: "x", between: "[3, 4]" }, { between: [3, 4] }],
    ["refine_steps", { procedure_id: "x", between: "3, 4" }, { between: [3, 4] }],
    ["refine_steps", { procedure_id: "x", between: ["3", "4"] }, { between: [3, 4] }],
    [
      "get_procedure",
      { procedure_id: "x", steps: "3-4", size: "1024" },
      { steps: [3, 4], size: 1024 },
    ],
    ["caption_steps", { procedure_id: "x", captions: '{"1": "a"}' }, { captions: { 1: "a" } }],
    ["caption_steps", { procedure_id: "x", captions: ["a"] }, { captions: ["a"] }],
    ["list_procedures", { limit: "5" }, { limit: 5 }],
    ["generate_procedure", { ...rocket, domain: '{"Lego": "0.6"}' }, { domain: { lego: 0.6 } }],
    ["generate_procedure", { ...rocket, domain: "lego:0.6, Ink painting: 0.4" }, mix],
    ["generate_procedure", { ...rocket, domain: { LEGO: "0.6", "ink-painting": 0.4 } }, mix],
    [
      "generate_procedure",
      { ...rocket, domain: [{ name: "lego", weight: 0.6 }, { ink_painting: 0.4 }] },
      mix,
    ],
    ["generate_procedure", { ...rocket, domain: ["lego"] }, { domain: "lego" }],
    ["generate_procedure", { ...rocket, styles: "paper" }, { styles: [{ name: "paper" }] }],
    ["generate_procedure", { ...rocket, styles: ["paper", "ice:0.5"] }, styles],
    ["generate_procedure", { ...rocket, styles: "paper, ice: 0.5" }, styles],
    ["generate_procedure", { ...rocket, styles: { paper: null, ice: 0.5 } }, styles],
    [
      "generate_procedure",
      { ...rocket, styles: '[{"name": "paper"}, {"name": "ice", "weight": "0.5"}]' },
      styles,
    ],
    ["recraft_from_image", { ...rocket, image: "x", styles: null }, { domain: "sketch" }],
    ["refine_steps", { procedure_id: "x", styles: [] }, { styles: [] }],
  ])("%s %j", (tool, input, taken) => {
    expect(inputOf(tool).parse(input)).toMatchObject(taken);
  });
});

describe("what is not is refused with the form that goes", () => {
  test.each([
    ["generate_procedure", { ...rocket, seed: "9007199254740993" }, /0 to 9007199254740991, as/],
    ["generate_procedure", { ...rocket, seed: 2 ** 53 }, /0 to 9007199254740991, as/],
    ["generate_procedure", { ...rocket, seed: -1 }, /0 to 9007199254740991, as/],
    ["generate_procedure", { ...rocket, seed: 1.5 }, /0 to 9007199254740991, as/],
    ["generate_procedure", { ...rocket, seed: "1e3" }, /0 to 9007199254740991, as/],
    ["generate_procedure", { ...rocket, seed: "seven" }, /0 to 9007199254740991, as/],
    ["generate_procedure", { ...rocket, steps: "first this, then that" }, /steps are texts, as \[/],
    ["generate_procedure", { ...rocket, frames: "nine" }, /4 or 9/],
    ["generate_procedure", { ...rocket, wait_seconds: 211 }, /0 to 210/],
    ["generate_procedure", { ...rocket, wait_seconds: "a while" }, /0 to 210/],
    ["refine_steps", { procedure_id: "x", between: "three and four" }, /as \[3, 4\]/],
    ["refine_steps", { procedure_id: "x", between: "[3, 4, 5]" }, /as \[3, 4\]/],
    ["get_procedure", { procedure_id: "x", size: 1025 }, /64 to 1024/],
    ["caption_steps", { procedure_id: "x", captions: "a" }, /as \{"1": "…"/],
    ["caption_steps", { procedure_id: "x", captions: { one: "a" } }, /as \{"1": "…"/],
    ["list_procedures", { limit: 1000 }, /1 to 100/],
    ["generate_procedure", { ...rocket, domain: "lego, sketch" }, /a mix as \{"lego": 0\.6/],
    ["generate_procedure", { ...rocket, domain: { lego: 0.6, knitting: 0.4 } }, /need one of lego/],
    ["generate_procedure", { ...rocket, domain: { lego: 3 } }, /above 0 and at most 2/],
    ["generate_procedure", { ...rocket, domain: { lego: "much" } }, /a mix as/],
    ["generate_procedure", { ...rocket, domain: [{ lego: 1 }, { Lego: 2 }] }, /a mix as/],
    ["generate_procedure", { ...rocket, styles: { paper: 3 } }, /from -2 to 2/],
    ["generate_procedure", { ...rocket, styles: [{ name: "paper", strength: 1 }] }, /styles go/],
    ["generate_procedure", { ...rocket, styles: [["paper"]] }, /styles go \[\{"name"/],
    ["generate_procedure", { ...rocket, styles: "a:1,b:1,c:1,d:1,e:1" }, /at most 4 styles/],
  ])("%s %j", (tool, input, words) => {
    const parsed = inputOf(tool).safeParse(input);
    expect(parsed.success).toBe(false);
    expect(parsed.error!.issues.map(({ message }) => message).join()).toMatch(words);
  });
});

test("a seed that is taken is the one that was given, digit by digit", () => {
  const seedOf = (seed: unknown) => {
    const parsed = inputOf("generate_procedure").safeParse({ ...rocket, seed });
    return parsed.success ? parsed.data["seed"] : undefined;
  };
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }), (seed) => {
      const isAllowed = seed >= 0n && seed < 2n ** 53n;
      expect(seedOf(String(seed))).toBe(isAllowed ? Number(seed) : undefined);
    }),
  );
});

test("clients are told the same as before", () => {
  const input = z.strictObject({
    n: z.int().min(1).describe("A number."),
    list: z.array(z.string()).optional(),
    when: z.number().default(3),
  });
  const told = (schema: z.ZodObject) => z.toJSONSchema(schema, { io: "input" });
  expect(told(loosen(input))).toEqual(told(input));
});
