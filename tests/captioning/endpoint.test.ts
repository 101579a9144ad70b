import { askVision, VisionError, type VisionRequest } from "#src/captioning/index.js";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { endpointThat } from "./server.js";

const schema = z.object({ colour: z.string().min(1), count: z.number().int() });
type Answer = z.infer<typeof schema>;
const GOOD = '{"colour":"red","count":3}';
const ANSWER: Answer = { colour: "red", count: 3 };

function ask(endpoint: string, more: Partial<VisionRequest<Answer>> = {}): Promise<Answer> {
  return askVision({
    endpoint,
    model: "eye",
    images: [{ bytes: Buffer.from("jpeg"), mediaType: "image/jpeg", label: "Frame 1:" }],
    instruction: "What is there?",
    schema,
    patience: { backoffMs: 5, attempts: 3, timeoutMs: 5000 },
    ...more,
  });
}

async function failureOf(answer: Promise<unknown>): Promise<VisionError> {
  const error = await answer.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(VisionError);
  return error as VisionError;
}

test("a question has pictures as data, the instruction, the schema, the model and the key", async () => {
  const { endpoint, asked } = await endpointThat(GOOD);
  expect(await ask(endpoint, { key: "secret" })).toEqual(ANSWER);
  const [{ authorization, url, body }] = asked as [(typeof asked)[0]];
  expect([authorization, url, body.model]).toEqual([
    "Bearer secret",
    "/v1/chat/completions",
    "eye",
  ]);
  const { content } = body.messages[0]!;
  expect(content).toMatchObject([
    { type: "text", text: "Frame 1:" },
    { type: "image_url", image_url: { url: "data:image/jpeg;base64,anBlZw==" } },
    { type: "text", text: expect.stringMatching(/^What is there\?[^]*"colour"/) },
  ]);
  expect(body.response_format).toMatchObject({ json_schema: { schema: { type: "object" } } });
});

test("without a key none is sent, and the address may be written out", async () => {
  const { endpoint, asked } = await endpointThat(GOOD);
  await ask(`${endpoint}/`);
  await ask(`${endpoint}/chat/completions`);
  expect(asked.map(({ url, authorization }) => [url, authorization])).toEqual([
    ["/v1/chat/completions", undefined],
    ["/v1/chat/completions", undefined],
  ]);
});

describe("an answer", () => {
  test.each([
    ["in a fence", `Sure!\n\`\`\`json\n${GOOD}\n\`\`\`\nAnything else?`],
    ["after thoughts", `<think>maybe {"colour":"blue"}?</think>${GOOD}`],
  ])("%s is read", async (_, said) => {
    const { endpoint } = await endpointThat(said);
    expect(await ask(endpoint)).toEqual(ANSWER);
  });

  test("in parts is read", async () => {
    const content = [
      { type: "text", text: GOOD.slice(0, 9) },
      { type: "text", text: GOOD.slice(9) },
    ];
    const body = JSON.stringify({ choices: [{ message: { content } }] });
    const { endpoint } = await endpointThat({ status: 200, body });
    expect(await ask(endpoint)).toEqual(ANSWER);
  });

  test("that is wrong is given back twice, with what is wrong", async () => {
    const { endpoint, asked } = await endpointThat("red, I think", '{"colour":"red"}', GOOD);
    expect(await ask(endpoint)).toEqual(ANSWER);
    expect(asked.map(({ body }) => body.messages.length)).toEqual([1, 3, 5]);
    const said = asked[2]!.body.messages.map(({ content }) => content);
    expect(said.slice(1)).toEqual([
      "red, I think",
      expect.stringContaining("is no JSON object"),
      '{"colour":"red"}',
      expect.stringContaining("count: "),
    ]);
  });

  test("that stays wrong is none", async () => {
    const { endpoint, asked } = await endpointThat("no");
    const { code, message } = await failureOf(ask(endpoint));
    expect([code, asked.length]).toEqual(["bad_answer", 3]);
    expect(message).toMatch(/3 times.*larger model/);
  });

  test("without an end is cut off", async () => {
    const { endpoint } = await endpointThat({ status: 200, body: "x".repeat(5 * 1024 * 1024) });
    expect((await failureOf(ask(endpoint))).code).toBe("bad_answer");
  });

  test("of another kind of server is told as such", async () => {
    const { endpoint } = await endpointThat({ status: 200, body: "<html>It works!</html>" });
    expect((await failureOf(ask(endpoint))).code).toBe("bad_endpoint");
  });
});

describe("a server", () => {
  test("that is busy is asked again when it said, and not before", async () => {
    const { endpoint, asked } = await endpointThat(
      { status: 429, headers: { "retry-after": "1" } },
      GOOD,
    );
    const startedAt = performance.now();
    expect(await ask(endpoint)).toEqual(ANSWER);
    expect(performance.now() - startedAt).toBeGreaterThan(950);
    expect(asked).toHaveLength(2);
  });

  test("may name the time as a date", async () => {
    const { endpoint } = await endpointThat(
      { status: 429, headers: { "retry-after": new Date(0).toUTCString() } },
      GOOD,
    );
    expect(await ask(endpoint, { patience: { backoffMs: 60_000 } })).toEqual(ANSWER);
  });

  test("that asks for an hour is told to the caller at once", async () => {
    const { endpoint, asked } = await endpointThat({
      status: 429,
      headers: { "retry-after": "3600" },
    });
    const { code, message } = await failureOf(ask(endpoint));
    expect([code, asked.length]).toEqual(["too_many_requests", 1]);
    expect(message).toContain("60 minutes");
  });

  test("that stumbles, hangs up or is late is asked again", async () => {
    const slow = { status: 200, afterMs: 2000, body: "late" };
    const { endpoint, asked } = await endpointThat({ status: 500 }, "hang up", GOOD);
    expect(await ask(endpoint)).toEqual(ANSWER);
    expect(asked).toHaveLength(3);
    const late = await endpointThat(slow, GOOD);
    expect(await ask(late.endpoint, { patience: { timeoutMs: 200, backoffMs: 5 } })).toEqual(
      ANSWER,
    );
  });

  test("that always stumbles is given up", async () => {
    const { endpoint, asked } = await endpointThat({ status: 503, body: "overloaded\u001b[31m" });
    const { code, message } = await failureOf(ask(endpoint));
    expect([code, asked.length]).toEqual(["server_error", 3]);
    expect(message).toMatch(/answered 503: overloaded \[31m; run again later/);
  });

  test("that never answers is given up after two tries", async () => {
    const { endpoint, asked } = await endpointThat("silence");
    const { code } = await failureOf(ask(endpoint, { patience: { timeoutMs: 100, backoffMs: 5 } }));
    expect([code, asked.length]).toEqual(["timeout", 2]);
  });

  test("that stops in the middle of its answer is given up too", async () => {
    const { endpoint } = await endpointThat({
      status: 200,
      headers: { "content-length": "1000" },
      body: '{"choices"',
    });
    const { code } = await failureOf(ask(endpoint, { patience: { timeoutMs: 100, backoffMs: 5 } }));
    expect(code).toBe("timeout");
  });

  test("that is not there is told with the next step", async () => {
    const { code, message } = await failureOf(ask("http://127.0.0.1:9/v1"));
    expect(code).toBe("unreachable");
    expect(message).toMatch(/127\.0\.0\.1:9.*start the server.*ollama serve/);
  });

  test("that knows no response_format is asked without", async () => {
    const { endpoint, asked } = await endpointThat(
      { status: 400, body: "unknown field response_format" },
      "wrong",
      GOOD,
    );
    expect(await ask(endpoint)).toEqual(ANSWER);
    expect(asked.map(({ body }) => "response_format" in body)).toEqual([true, false, false]);
  });

  test.each([
    [401, "refused_key", /right key/],
    [404, "refused_request", /installed/],
    [400, "refused_request", /read pictures/],
    [302, "bad_endpoint", /elsewhere/],
  ])("that answers %i is asked once", async (status, expected, words) => {
    const { endpoint, asked } = await endpointThat({ status, headers: { location: "http://b/" } });
    const { code, message } = await failureOf(ask(endpoint));
    expect([code, asked.length]).toEqual([expected, 1]);
    expect(message).toMatch(words);
  });

  test("that repeats the key does not get it into the message", async () => {
    const { endpoint } = await endpointThat({ status: 401, body: "bad key sk-secret" });
    const { message } = await failureOf(ask(endpoint, { key: "sk-secret" }));
    expect(message).toContain("bad key …");
  });
});

describe("a key", () => {
  test.each([
    "http://example.com/v1",
    "http://192.168.1.5:11434/v1",
    "http://127.0.0.1.example.com/v1",
  ])("is not sent to %s", async (endpoint) => {
    const { code, message } = await failureOf(ask(endpoint, { key: "secret" }));
    expect(code).toBe("insecure_endpoint");
    expect(message).not.toContain("secret");
  });

  test.each([
    "http://localhost:9/v1",
    "http://127.0.0.2:9/v1",
    "http://[::1]:9/v1",
    "https://127.0.0.1:9/v1",
  ])("may go to %s", async (endpoint) => {
    expect((await failureOf(ask(endpoint, { key: "secret" }))).code).toBe("unreachable");
  });
});

test.each(["", "localhost:11434", "ftp://a/v1", "http://me:secret@a/v1"])(
  "%j is no endpoint",
  async (endpoint) => {
    expect((await failureOf(ask(endpoint))).code).toBe("bad_endpoint");
  },
);

test("a question ends when its signal says so, while it waits too", async () => {
  const { endpoint } = await endpointThat({ status: 429, headers: { "retry-after": "60" } });
  const signal = AbortSignal.timeout(200);
  await expect(ask(endpoint, { signal })).rejects.toThrow(/abort/i);
  const silent = await endpointThat("silence");
  await expect(ask(silent.endpoint, { signal: AbortSignal.timeout(100) })).rejects.toThrow(
    /timeout/,
  );
});
