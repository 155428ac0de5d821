// The upload that every contestant is handed again and again, under another key each time, and what the stub says of
// it: the event's ETag and time, so that settling ends with the first look.

export const source = {
  bucket: 'photos',
  etag: '5B3C1A2E053D763E1B002CC607C5A0FE',
  size: 1234,
  time: '2026-11-22T08:30:00.000Z',
} as const;

export const targetBucket = 'photos-out';

/** All keys that are uploaded start with it. */
export const prefix = 'avatars/';

export const styleOf = (output: number): string => `image/resize,m_fill,w_${128 + output},h_128/format,webp`;

/** The same keys as the rules of rules.ts give. */
export const targetKey = (key: string, output: number): string => `${output}/${key}.webp`;

/** Names of the environment variables that a contestant reads besides OSS_ENDPOINT. */
export const outputsVariable = 'BENCH_OUTPUTS';

/** How many derivatives a contestant makes of each upload. */
export const outputsWanted = (): number => Number(process.env[outputsVariable] ?? '1');

/** The bytes of an event, as OSS sends it. */
export function eventBytes(key: string): Buffer {
  return Buffer.from(`${before}${key}${after}`);
}

const [before = '', after = ''] = JSON.stringify({
  events: [
    {
      eventName: 'ObjectCreated:PutObject',
      eventSource: 'acs:oss',
      eventTime: source.time,
      eventVersion: '1.0',
      oss: {
        bucket: { arn: `acs:oss:cn-hangzhou:1234567890123456:${source.bucket}`, name: source.bucket },
        object: { deltaSize: source.size, eTag: source.etag, key: '\u0000', size: source.size },
        ossSchemaVersion: '1.0',
        ruleId: '9adac8e253828f4f7c0466d941fa3db81161e853',
      },
      region: 'cn-hangzhou',
      requestParameters: { sourceIPAddress: '140.205.128.221' },
      responseElements: { requestId: '58F9FF2D3DF792092E12044C' },
      userIdentity: { principalId: '262561392693583141' },
    },
  ],
}).split('\\u0000');

export interface Context {
  readonly requestId: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly accessKeySecret: string;
    readonly securityToken: string;
  };
  readonly function: { readonly timeout: number };
}

/** As Function Compute hands it over: new for each invocation, with the keys of a role. */
export function contextOf(invocation: number): Context {
  return {
    requestId: `1-67431d2a-15dd2fa3-${String(invocation).padStart(12, '0')}`,
    region: 'cn-hangzhou',
    credentials: {
      accessKeyId: 'STS.NUEsampleKeyOfARole',
      accessKeySecret: 'sampleSecretOfTheKeyOfARole1234567890abcdefgh',
      securityToken: 'sampleTokenOfARole'.repeat(30),
    },
    function: { timeout: 60 },
  };
}

/** What a contestant's module exports, as Function Compute calls it. */
export interface Handler {
  readonly handler: (event: Buffer, context: Context) => Promise<{ readonly saved: number }>;
  readonly initialize?: () => Promise<void>;
}
