import { describe, expect, test } from 'vitest';
import { OssError, type OssFailure } from '../../src/oss/error.js';
import { backoff, mayRetry, retry } from '../../src/oss/retry.js';

const failures = {
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
type Step = keyof typeof failures | 'ok';

/** Runs the steps, the last one for ever, with a clock that only sleep and `took` move. */
async function run(steps: readonly Step[], { deadline = 60_000, took = 0, random = 0.5, correctable = true } = {}) {
  let clock = 0;
  let calls = 0;
  const sleeps: number[] = [];
  const end = await retry(
    async () => {
      clock += took;
      const step = steps[Math.min(calls, steps.length - 1)] ?? 'ok';
      calls += 1;
      if (step === 'ok') return 'value';
      throw new OssError({ message: `${step} ${calls}`, ...failures[step] });
    },
    {
      deadline,
      now: () => clock,
      random: () => random,
      sleep: async (ms) => {
        sleeps.push(ms);
        clock += ms;
      },
      correctSkew: () => correctable,
    },
  ).then(
    ({ value, attempts, confirmed }) => ({ value, attempts, confirmed }),
    ({ code, attempts, confirmed }: OssError) => ({ code, attempts, confirmed }),
  );
  return { ...end, calls, sleeps, clock };
}

const value = 'value';

describe('the sequence of answers decides the calls and the waits', () => {
  test.each<[string, Step[], { calls: number; sleeps: number[]; confirmed?: boolean; value?: string; code?: string }]>([
    ['well at once', ['ok'], { calls: 1, sleeps: [], value }],
    ['well the second time', ['busy', 'ok'], { calls: 2, sleeps: [200], value }],
    ['well the third time', ['busy', 'busy', 'ok'], { calls: 3, sleeps: [200, 400], value }],
    ['never', ['busy'], { calls: 3, sleeps: [200, 400], code: 'ServiceUnavailable' }],
    ['permanent', ['damaged'], { calls: 1, sleeps: [], code: 'ImageDamage' }],
    ['setup', ['denied'], { calls: 1, sleeps: [], code: 'AccessDenied' }],
    ['gone', ['gone'], { calls: 1, sleeps: [], code: 'NoSuchKey' }],
    ['an expired token will not be younger', ['expired'], { calls: 1, sleeps: [], code: 'SecurityTokenExpired' }],
    ['transient, then permanent', ['busy', 'damaged'], { calls: 2, sleeps: [200], code: 'ImageDamage' }],
    ['no answer, then well', ['network', 'ok'], { calls: 2, sleeps: [200], value, confirmed: false }],
    [
      'no answer, then permanent',
      ['network', 'damaged'],
      { calls: 2, sleeps: [200], code: 'ImageDamage', confirmed: false },
    ],
    [
      'no answer, then throttled',
      ['network', 'throttled', 'ok'],
      { calls: 3, sleeps: [200, 300], value, confirmed: false },
    ],
    ['the clock is corrected, without a wait', ['skewed', 'ok'], { calls: 2, sleeps: [], value }],
    [
      'the correction counts as no attempt',
      ['skewed', 'busy'],
      { calls: 4, sleeps: [200, 400], code: 'ServiceUnavailable' },
    ],
    [
      'a correction that does not help is not repeated',
      ['skewed'],
      { calls: 2, sleeps: [], code: 'RequestTimeTooSkewed' },
    ],
    [
      'throttling counts as no attempt',
      ['throttled', 'throttled', 'busy', 'throttled', 'busy', 'ok'],
      { calls: 6, sleeps: [300, 600, 200, 1_200, 400], value },
    ],
    ['OSS asks to wait', ['waitSeven', 'ok'], { calls: 2, sleeps: [7_000], value }],
  ])('%s', async (_, steps, expected) => {
    const { calls, confirmed, ...end } = await run(steps);
    expect({ ...end, calls, confirmed }).toMatchObject({ confirmed: true, ...expected, attempts: expected.calls });
  });

  test('throttling backs off to the deadline, and not beyond', async () => {
    expect(await run(['throttled'], { random: 1 })).toMatchObject({
      code: 'CpuLimitExceeded',
      sleeps: [400, 800, 1_600, 3_200, 6_400, 12_800, 20_000],
      calls: 8,
      clock: 45_200,
    });
  });

  test('a throttled call is never a hammer, whatever chance says', async () => {
    const { calls, sleeps } = await run(['throttled'], { random: 0 });
    expect(sleeps.slice(0, 4)).toEqual([200, 400, 800, 1_600]);
    expect(calls).toBeLessThan(14);
  });

  test('a wait that would reach the deadline is not begun', async () => {
    expect(await run(['busy', 'ok'], { deadline: 200 })).toMatchObject({ calls: 1, sleeps: [], clock: 0 });
    expect(await run(['busy', 'ok'], { deadline: 201 })).toMatchObject({ calls: 2, sleeps: [200], value });
  });

  test('OSS cannot make it wait for more than a minute', async () => {
    expect(await run(['waitHour', 'ok'], { deadline: 1e9 })).toMatchObject({ sleeps: [60_000], value });
  });

  test('after the deadline nothing is sent, not even with a corrected clock', async () => {
    expect(await run(['ok'], { deadline: 0 })).toMatchObject({
      calls: 0,
      code: 'DeadlineExceeded',
      confirmed: true,
      attempts: 0,
    });
    expect(await run(['skewed', 'ok'], { deadline: 10, took: 10 })).toMatchObject({
      calls: 1,
      code: 'RequestTimeTooSkewed',
    });
  });

  test('a clock that cannot be corrected ends it', async () => {
    expect(await run(['skewed', 'ok'], { correctable: false })).toMatchObject({
      calls: 1,
      code: 'RequestTimeTooSkewed',
    });
  });
});

test('a programming error is not retried', async () => {
  let calls = 0;
  const options = { deadline: 1, now: () => 0, random: () => 0, sleep: async () => {}, correctSkew: () => true };
  const mistake = new TypeError('x is not a function');
  const attempt = async () => {
    calls += 1;
    throw mistake;
  };
  await expect(retry(attempt, options)).rejects.toBe(mistake);
  expect(calls).toBe(1);
});

test('the last error keeps its message and cause', async () => {
  const cause = new Error('socket');
  const options = { deadline: 1e9, now: () => 0, random: () => 0, sleep: async () => {}, correctSkew: () => true };
  const error = await retry(async () => {
    throw new OssError({ message: 'm', code: 'ECONNRESET', kind: 'transient', confirmed: false, cause });
  }, options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(OssError);
  expect(error).toMatchObject({ message: 'm', cause, attempts: 3, confirmed: false });
});

test.each(Object.entries(failures))('may %s be retried', (name, failure) => {
  const error = new OssError({ message: name, ...failure });
  expect(mayRetry(error)).toBe(['busy', 'network', 'throttled', 'waitSeven', 'waitHour', 'skewed'].includes(name));
});

test('the ceiling doubles up to 20 s, and all of it may be drawn', () => {
  const busy = new OssError({ message: 'm', ...failures.busy });
  const ceilings = Array.from({ length: 9 }, (_, n) => backoff(busy, n + 1, () => 1));
  expect(ceilings).toEqual([400, 800, 1_600, 3_200, 6_400, 12_800, 20_000, 20_000, 20_000]);
  expect(backoff(busy, 2_000, () => 1)).toBe(20_000);
  expect(backoff(busy, 1, () => 0)).toBe(0);
});
