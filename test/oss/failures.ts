// Failures of calls to OSS, by what becomes of them.
import type { OssFailure } from '../../src/oss/error.js';

export const failures = {
  busy: { status: 503, code: 'ServiceUnavailable', kind: 'transient' },
  network: { code: 'ECONNRESET', kind: 'transient', confirmed: false },
  throttled: { status: 503, code: 'CpuLimitExceeded', kind: 'transient', throttled: true },
  waitSeven: { status: 503, code: 'CpuLimitExceeded', kind: 'transient', throttled: true, retryAfter: 7_000 },
  waitHour: { status: 503, code: 'CpuLimitExceeded', kind: 'transient', throttled: true, retryAfter: 3_600_000 },
  skewed: { status: 403, code: 'RequestTimeTooSkewed', kind: 'transient', serverTime: 1 },
  expired: { status: 403, code: 'SecurityTokenExpired', kind: 'transient' },
  denied: { status: 403, code: 'AccessDenied', kind: 'setup' },
  damaged: { status: 403, code: 'ImageDamage', kind: 'permanent' },
  gone: { status: 404, code: 'NoSuchKey', kind: 'gone' },
} satisfies Record<string, Omit<OssFailure, 'message'>>;
