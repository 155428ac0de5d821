// What the bench asks of an instance, a process of one contestant, and what it answers.

export interface Job {
  /** The file of the contestant. */
  readonly module: string;
  readonly kind: 'cold' | 'warm';
  /** The first are for warming only. Cold: one. */
  readonly warming: number;
  readonly events: number;
  readonly atOnce: number;
  /** What each key starts with. */
  readonly prefix: string;
  readonly outputs: number;
  /** Uploads of an event. */
  readonly records: number;
}

export interface ColdResult {
  /** Ms. */
  readonly load: number;
  readonly init: number;
  readonly first: number;
  readonly total: number;
  /** Of all of it, user and system, ms. */
  readonly cpu: number;
  /** Bytes. */
  readonly rss: number;
}

export interface WarmResult {
  /** Of the measured events, all together, µs. */
  readonly cpu: number;
  readonly wall: number;
  /** Of each measured event, ms. */
  readonly latencies: readonly number[];
  /** Bytes. */
  readonly rss: number;
  readonly rssPeak: number;
  readonly heap: number;
}

/** The environment variable that holds the job, as JSON. */
export const jobVariable = 'BENCH_JOB';
