// How much callers may ask of this process; what is more is refused.

export interface Limits {
  sessions: number;
  /** of one caller, where callers are told apart */
  sessionsPerCaller: number;
  /** requests of a session that are answered at the same time, streams counted in */
  requestsPerSession: number;
  /** a session ends after so long without a request or an open stream, in ms */
  idleMs: number;
  /** of one request, in bytes; a picture as `data:` URI may be in it */
  bodyBytes: number;
  /** of all requests that are being read, in bytes */
  bodiesBytes: number;
  /** what is kept for streams that may be resumed, in bytes */
  eventBytes: number;
  eventBytesPerSession: number;
  /** requests of one caller, and of one address */
  perMinute: number;
  /** how often a stream shows that it is alive, in ms */
  keepAliveMs: number;
  /** how long calls may go on after the server was asked to end, in ms */
  graceMs: number;
}

const MiB = 2 ** 20;

export const LIMITS: Limits = {
  sessions: 128,
  sessionsPerCaller: 64,
  requestsPerSession: 32,
  idleMs: 30 * 60_000,
  bodyBytes: 32 * MiB,
  bodiesBytes: 256 * MiB,
  eventBytes: 64 * MiB,
  eventBytesPerSession: 8 * MiB,
  perMinute: 1200,
  keepAliveMs: 15_000,
  graceMs: 10_000,
};
