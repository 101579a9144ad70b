import { EventShelf, SessionEvents } from "#src/server/http/events.js";
import { expect, test } from "vitest";
import { begin, events, from, Gate, message, open, openToy, send, start } from "./harness.js";

const SLOW = message("tools/call", { name: "slow", arguments: {}, _meta: { progressToken: 7 } });

/** Calls `slow`, and breaks off when it has begun. Gives the id of the last event that came. */
async function breakOff(url: string, headers: Record<string, string>): Promise<string> {
  const response = await open(url, { method: "POST", headers, body: SLOW });
  let text = "";
  for await (const chunk of response) if ((text += chunk).includes("begun")) break;
  return events(text).at(-1)!.id;
}

function resume(url: string, session: string, lastEventId: string) {
  const headers = { ...from("", session), Accept: "text/event-stream" };
  return send(url, { headers: { ...headers, "Last-Event-ID": lastEventId } });
}

test("a stream that broke off goes on where it was, and ends with the answer", async () => {
  const gate = new Gate();
  const { url } = await start({ openServer: (caller) => openToy(caller, gate) });
  const id = await begin(url);
  const last = await breakOff(url, from("", id));
  const resumed = resume(url, id, last);
  setTimeout(gate.open, 100);
  const { status, text } = await resumed;
  expect(status).toBe(200);
  const told = events(text).map(({ data }) => data?.result?.content?.[0]?.text);
  expect(told).toEqual(["at last"]);
});

test("an answer that came while nobody listened is there later, and the stream ends", async () => {
  const gate = new Gate();
  const { url } = await start({ openServer: (caller) => openToy(caller, gate) });
  const id = await begin(url);
  const last = await breakOff(url, from("", id));
  gate.open();
  await expect
    .poll(async () => (await resume(url, id, last)).json?.result?.content?.[0]?.text)
    .toBe("at last");
  // From the stream's first event on, and from its last.
  expect(events((await resume(url, id, String(Number(last) - 1))).text)).toHaveLength(2);
  expect((await resume(url, id, String(Number(last) + 1))).text).toBe("");
});

test("where nothing is kept any more, that is said", async () => {
  const { url } = await start({ limits: { eventBytesPerSession: 10 } });
  const id = await begin(url);
  const last = await breakOff(url, from("", id));
  expect(await resume(url, id, last)).toMatchObject({ status: 400, json: { id: null } });
  expect((await resume(url, id, "invented")).status).toBe(400);
});

test("what one session was told cannot be resumed by another", async () => {
  const { url } = await start();
  const [id, other] = [await begin(url), await begin(url)];
  const last = await breakOff(url, from("", id));
  expect(Number(last)).toBeGreaterThan(2); // the other session has no such event
  expect((await resume(url, other, last)).status).toBe(400);
});

const word = (text: string) => ({ jsonrpc: "2.0" as const, method: text });

test("kept events are bounded for a session and for all, and the oldest go first", async () => {
  const shelf = new EventShelf(400);
  const [one, two] = [new SessionEvents(shelf, 200), new SessionEvents(shelf, 1000)];
  const bytes = JSON.stringify(word("0000")).length;
  const ids = [];
  for (let i = 0; i < 10; i++) ids.push(await one.storeEvent("s", word(`000${i}`)));
  const kept = Math.floor(200 / bytes);
  expect(shelf.bytes).toBe(kept * bytes);
  expect(await one.getStreamIdForEventId(ids[9]!)).toBe("s");
  expect(await one.getStreamIdForEventId(ids[9 - kept]!)).toBeUndefined();
  for (let i = 0; i < 20; i++) await two.storeEvent("s", word(`000${i % 10}`));
  expect(shelf.bytes).toBeLessThanOrEqual(400);
  expect(await one.getStreamIdForEventId(ids[9]!)).toBeUndefined();
  two.clear();
  expect(shelf.bytes).toBe(0);
});

test("an event that is larger than all the room leaves nothing that could be resumed with a gap", async () => {
  const log = new SessionEvents(new EventShelf(1000), 100);
  const first = await log.storeEvent("s", word("before"));
  await log.storeEvent("s", word("x".repeat(200)));
  expect(await log.getStreamIdForEventId(first)).toBeUndefined();
});
