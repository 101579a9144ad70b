// What the server counts, for Prometheus. Labels come from fixed lists: never a word, a token or an
// address of whoever asks.
import type { Request, RequestHandler } from "express";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Context, Jobs } from "../../procedures/index.js";
import type { Called } from "../bind.js";

const ROUTES = new Set(["/mcp", "/health", "/metrics"]);
const METHODS = new Set(["GET", "POST", "DELETE", "OPTIONS"]);
const SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 240];
const ENGINE_STATES = ["off", "resting", "painting", "waiting"] as const;

export class Metrics {
  readonly registry = new Registry();
  readonly #requests = new Histogram({
    ...this.#named("http_request_seconds", "From a request to the end of its answer."),
    labelNames: ["route", "method", "status"] as const,
    buckets: SECONDS,
  });
  readonly #calls = new Histogram({
    ...this.#named("tool_call_seconds", "From a call of a tool to its result."),
    labelNames: ["tool", "outcome"] as const,
    buckets: SECONDS,
  });
  readonly #refused = new Counter({
    ...this.#named("rate_limited_total", "Requests past a limit, by whose."),
    labelNames: ["by"] as const,
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Counts every request that passes. */
  get observe(): RequestHandler {
    return (req, res, next) => {
      const labels = labelsOf(req);
      const startedAt = performance.now();
      res.once("close", () => {
        const seconds = (performance.now() - startedAt) / 1000;
        this.#requests.observe({ ...labels, status: res.statusCode }, seconds);
      });
      next();
    };
  }

  onCalled({ tool, outcome, ms }: Called): void {
    this.#calls.observe({ tool, outcome }, ms / 1000);
  }

  onRefused(by: "address" | "caller"): void {
    this.#refused.inc({ by });
  }

  /** @param read - asked whenever somebody looks */
  gauge(name: string, help: string, read: () => number | Promise<number>): void {
    const gauge: Gauge = new Gauge({
      ...this.#named(name, help),
      collect: async () => gauge.set(await read()),
    });
  }

  /** @param read - gives a number for each state */
  states(
    name: string,
    help: string,
    read: () => Record<string, number> | Promise<Record<string, number>>,
  ): void {
    const gauge: Gauge<"state"> = new Gauge({
      ...this.#named(name, help),
      labelNames: ["state"] as const,
      async collect() {
        for (const [state, count] of Object.entries(await read())) gauge.set({ state }, count);
      },
    });
  }

  watchJobs(jobs: Jobs): void {
    this.gauge("queue_limit", "How many jobs may wait.", () => jobs.queue().limit);
    this.states("jobs", "Jobs on their way.", () => {
      const { waiting: queued, running } = jobs.queue();
      return { queued, running };
    });
    this.states("jobs_ended", "Jobs that have ended since the start.", () => ({ ...jobs.ended() }));
  }

  watchEngine(engine: Pick<Context["engine"], "state">): void {
    this.gauge("engine_memory_bytes", "What the engine occupies.", async () => {
      const { memoryBytes = 0 } = await engine.state();
      return memoryBytes;
    });
    this.states("engine", "1 for what the engine is doing.", async () => {
      const { doing } = await engine.state();
      return Object.fromEntries(ENGINE_STATES.map((state) => [state, state === doing ? 1 : 0]));
    });
  }

  #named(name: string, help: string) {
    return { name: `makeanything_${name}`, help, registers: [this.registry] };
  }
}

function labelsOf({ path, method }: Request): { route: string; method: string } {
  return {
    route: ROUTES.has(path) ? path : "other",
    method: METHODS.has(method) ? method : "other",
  };
}
