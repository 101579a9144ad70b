import { expect, test } from "vitest";
import { Average } from "#src/engine/train/average.js";

const one = (value: number) => [{ name: "w", shape: [1], value: Float32Array.of(value) }];

test("forgets where the run began, however short the run", () => {
  for (const steps of [20, 1600, 20_000]) {
    const parameters = one(1000);
    const average = new Average(parameters);
    parameters[0]!.value[0] = 1;
    for (let step = 0; step < steps; step++) average.update();
    expect(average.values.get("w")![0]).toBeCloseTo(1);
  }
});

test("lies about a tenth of the run behind weights that move evenly", () => {
  const parameters = one(0);
  const average = new Average(parameters, { share: 0.1 });
  for (let step = 1; step <= 5000; step++) {
    parameters[0]!.value[0] = step / 5000;
    average.update();
  }
  const behind = 1 - average.values.get("w")![0]!;
  expect(behind).toBeGreaterThan(0.07);
  expect(behind).toBeLessThan(0.11);
});

test("never averages over more than the longest horizon", () => {
  const parameters = one(0);
  const average = new Average(parameters, { longest: 20 });
  for (let step = 1; step <= 5000; step++) {
    parameters[0]!.value[0] = step;
    average.update();
  }
  expect(5000 - average.values.get("w")![0]!).toBeCloseTo(19, 0);
});

test("after 1,600 further steps of a long run lies with the new weights, once restarted", () => {
  const further = (average: Average, value: Float32Array) => {
    value[0] = 1;
    for (let step = 0; step < 1600; step++) average.update();
    return average.values.get("w")![0]!;
  };
  const ended = () => {
    const parameters = one(0);
    const average = new Average(parameters);
    for (let step = 0; step < 30_000; step++) average.update();
    return { average, value: parameters[0]!.value };
  };
  const [restarted, continued] = [ended(), ended()];
  restarted.average.restart();
  expect(further(restarted.average, restarted.value)).toBeCloseTo(1);
  expect(further(continued.average, continued.value)).toBeLessThan(0.6);
});

test("goes on bit for bit from a saved state", () => {
  const parameters = one(0.3);
  const average = new Average(parameters);
  const walk = (step: number) => {
    parameters[0]!.value[0] = Math.sin(step);
    return parameters;
  };
  for (let step = 0; step < 40; step++) {
    walk(step);
    average.update();
  }
  const saved = structuredClone(average.state());
  const resumed = new Average(walk(40));
  resumed.restore(saved);
  for (let step = 40; step < 80; step++) {
    walk(step);
    average.update();
    resumed.update();
  }
  expect(resumed.values).toEqual(average.values);
});
