// The public conformance suite against the HTTP server. Its scenarios that need no fixtures meet our own
// server; all of them meet the same HTTP server with the suite's fixtures. It is fetched by npm.
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { type Running, startFixtures, startProduction } from "./servers.js";
import { type Outcome, runSuite } from "./suite.js";

const RELEASED = "0.1.16";
/** What it calls required of our protocol's revision; and what it does not score, which it runs too. */
const NEXT = "0.2.0-alpha.12";
const REQUIREMENTS = ["--requirements", "2025-11-25"];
/** Those that the suite's own server does not pass, or that are not counted yet: run, and told. */
const PENDING = ["json-schema-2020-12", "server-sse-polling", "server-session-lifecycle"];
/** Scenarios that any server can pass. The others would pass or fail for want of a fixture. */
const GENERIC = [
  "server-initialize",
  "server-session-lifecycle",
  "logging-set-level",
  "ping",
  "tools-list",
  "server-sse-multiple-streams",
  "resources-list",
  "resources-subscribe",
  "resources-unsubscribe",
  "prompts-list",
  "dns-rebinding-protection",
];
const dataDir = temporaryFolder();
const table: string[] = [];
let fixtures: Running;
let production: Running;

beforeAll(async () => {
  [fixtures, production] = await Promise.all([startFixtures(), startProduction(dataDir)]);
});
afterAll(async () => {
  await Promise.all([fixtures.stop(), production.stop()]);
  console.log(table.join("\n"));
});

/** Adds a line to the table, and gives what failed. */
function tell(what: string, outcomes: readonly Outcome[]): string[] {
  const failed = outcomes.filter(({ isPassed }) => !isPassed);
  const passed = outcomes.length - failed.length;
  const counts = `${passed} of ${outcomes.length} scenarios pass`;
  table.push(`${what.padEnd(44)}${counts}`, ...outcomes.flatMap(tellMessages));
  return failed.map(({ scenario }) => scenario);
}

function tellMessages({ scenario, messages }: Outcome): string[] {
  return messages.map((message) => `  ${scenario}: ${message}`);
}

const isPending = ({ scenario }: Outcome) => PENDING.includes(scenario);
const isGeneric = ({ scenario }: Outcome) => GENERIC.includes(scenario);

test(`${RELEASED} passes on the fixtures`, async () => {
  const outcomes = await runSuite(RELEASED, fixtures.url, ["--suite", "active"]);
  expect(outcomes.length).toBeGreaterThanOrEqual(30);
  expect(tell(`${RELEASED} active, fixtures`, outcomes)).toEqual([]);
});

test(`${RELEASED} runs what is pending on the fixtures`, async () => {
  const outcomes = await runSuite(RELEASED, fixtures.url, ["--suite", "pending"]);
  tell(`${RELEASED} pending, fixtures`, outcomes);
  expect(outcomes.map(({ scenario }) => scenario).toSorted()).toEqual(PENDING.slice(0, 2));
});

test(`${NEXT} passes on the fixtures`, async () => {
  const outcomes = await runSuite(NEXT, fixtures.url, REQUIREMENTS);
  const [pending, required] = [
    outcomes.filter(isPending),
    outcomes.filter((one) => !isPending(one)),
  ];
  tell(`${NEXT} pending, fixtures`, pending);
  expect(pending).toHaveLength(PENDING.length);
  expect(required.length).toBeGreaterThanOrEqual(30);
  expect(tell(`${NEXT} 2025-11-25, fixtures`, required)).toEqual([]);
});

test.each([
  [RELEASED, ["--suite", "active"], GENERIC.length - 1],
  [NEXT, REQUIREMENTS, GENERIC.length],
])("%s passes on our own server where it needs no fixtures", async (version, args, count) => {
  const outcomes = (await runSuite(version, production.url, args)).filter(isGeneric);
  expect(outcomes).toHaveLength(count);
  expect(tell(`${version} generic, our server`, outcomes)).toEqual([]);
});
