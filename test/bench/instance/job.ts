// What the bench asks of an instance, a process of one contestant, and what it answers.

export interface Job {
  /** The file that the answer is written to, as JSON. */
  readonly answer: string;
  /** The file of the contestant. */
  readonly module: string;
  readonly kind: 'cold' | 'warm';
  /** Uploads: the first are for warming only. Cold: one. */
  readonly warming: number;
  readonly events: number;
  readonly atOnce: number;
  /** What each key starts with. */
  readonly prefix: string;
  readonly outputs: number;
  /** Whether a profile of the measured events is wanted, with a warm run. */
  readonly profiled: boolean;
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
  readonly profile?: Profile | undefined;
}

/** The part of V8's CPU profile that is read. https://chromedevtools.github.io/devtools-protocol/v8/Profiler/ */
export interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[] | undefined;
  }[];
  /** Of each sample the id of its innermost node, and the time since the sample before, µs. */
  readonly samples?: readonly number[] | undefined;
  readonly timeDeltas?: readonly number[] | undefined;
}

/** The environment variable that holds the job, as JSON. */
export const jobVariable = 'BENCH_JOB';
