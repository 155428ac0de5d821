// What a case is: the world that the instance finds, and what it is sent. Plain data, so that it crosses to a process.

/** How OSS answers the calls that ask for a derivative. */
export type ProcessMode = keyof typeof refusals | 'ok' | 'empty' | 'reset' | 'silent' | 'broken' | 'other' | 'skewed';

/** Answers that are errors. `body` where it is not OSS's XML; `anonymous`: without a request id, so it was no OSS. */
export const refusals = {
  '503': { status: 503, code: 'SlowDown' },
  '404': { status: 404, code: 'NoSuchKey' },
  throttled: { status: 503, code: 'QpsLimitExceeded', headers: { 'retry-after': '7' } },
  queued: { status: 429, code: 'TooManyRequests', headers: { 'x-oss-qos-delay-time': '1500' } },
  damaged: { status: 400, code: 'BadRequest', headers: { 'x-oss-ec': '0026-00000001' } },
  forbidden: { status: 403, code: 'AccessDenied', headers: { 'x-oss-ec': '0003-00000001' } },
  styleless: { status: 404, code: 'NoSuchStyle' },
  expired: { status: 403, code: 'SecurityTokenExpired' },
  unknown: { status: 501, code: 'NotImplemented' },
  mute: { status: 500, body: '' },
  proxied: { status: 502, body: '<html>Bad &amp; gateway</html>', anonymous: true },
  json: { status: 400, body: '{"Error":{"Code":"ImageTooLarge","Message":"too large","EC":"0026-00000002"}}' },
} as const satisfies Record<string, Refusal>;

export interface Refusal {
  readonly status: number;
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly anonymous?: true;
}

/** One answer to a HEAD of a source; another status than 200 is a refusal, 0 a broken connection. */
export interface Sight {
  readonly status: number;
  readonly etag: string;
  /** Epoch milliseconds. */
  readonly modified: number;
  readonly size: number;
  readonly versionId?: string;
  readonly type?: string;
}

/** What the journal refuses. */
export type JournalFault = 'PUT' | 'LIST' | 'GET' | 'DELETE';

export interface Step {
  /** Of the event, in base64. */
  readonly event: string;
  /** How long after the step before it, in minutes. */
  readonly after?: number;
  /** How OSS answers from here on. */
  readonly mode?: ProcessMode;
  readonly retryCount?: number;
  /** Of the function, in seconds; 60 where nothing is said. */
  readonly timeout?: number;
  readonly withoutRole?: true;
  /** Put there before the step: text by `bucket/key`. */
  readonly objects?: Readonly<Record<string, string>>;
}

export interface Case {
  readonly name: string;
  /** Which rules are in force: see rules.ts. */
  readonly rules: 'rich' | 'throw' | 'shipped' | 'published';
  readonly mode: ProcessMode;
  readonly journalFault?: JournalFault;
  /** What successive HEADs of a source see, by `bucket/key`; the last one stays. None: there is no such object. */
  readonly sources: Readonly<Record<string, readonly Sight[]>>;
  readonly steps: readonly Step[];
  /** Environment variables that are not as usual. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** An event as the bytes of its JSON. */
export const bytesOf = (event: object): string => Buffer.from(JSON.stringify(event)).toString('base64');

/** The timer's event, as it comes every minute. */
export const tick = bytesOf({ triggerTime: '2026-11-22T08:31:00Z', triggerName: 'every-minute', payload: '' });
