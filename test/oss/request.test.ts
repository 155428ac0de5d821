import { describe, expect, test } from 'vitest';
import { resolveEndpoint } from '../../src/oss/endpoint.js';
import { OssError } from '../../src/oss/error.js';
import { createCalls, type OssOptions } from '../../src/oss/request.js';
import { failures } from './failures.js';
import { stubCredentials } from './stub.js';

type Step = keyof typeof failures | 'ok';

const value = 'value';

/** A call that makes these attempts. */
function call(attempt: () => string, options: Partial<OssOptions>): Promise<{ attempts: number; confirmed: boolean }> {
  const { call: begin } = createCalls({
    endpoint: resolveEndpoint({ region: 'cn-hangzhou' }),
    region: 'cn-hangzhou',
    credentials: stubCredentials,
    deadline: 1e9,
    now: () => 0,
    random: () => 0,
    sleep: async () => {},
    connection: {
      send: async () => ({ status: 200, headers: {}, body: Buffer.from(attempt()) }),
      refresh: () => undefined,
      close: async () => undefined,
    },
    ...options,
  });
  return begin(
    { bucket: 'photos', key: 'a', method: 'GET', timeout: 1_000 },
    { read: ({ body }, { nth, confirmed }) => ({ value: body.toString(), attempts: nth, confirmed }) },
  );
}

/** Runs the steps, the last one for ever, with a clock that only sleep and `took` move. */
async function run(steps: readonly Step[], { deadline = 60_000, took = 0, random = 0.5, correctable = true } = {}) {
  let clock = 0;
  let calls = 0;
  const sleeps: number[] = [];
  const end = await call(
    () => {
      clock += took;
      const step = steps[Math.min(calls, steps.length - 1)] ?? 'ok';
      calls += 1;
      if (step === 'ok') return value;
      const failure = { ...failures[step], ...(correctable ? {} : { serverTime: undefined }) };
      throw new OssError({ message: `${step} ${calls}`, ...failure });
    },
    {
      deadline,
      now: () => clock,
      random: () => random,
      sleep: async (ms) => {
        sleeps.push(ms);
        clock += ms;
      },
    },
  ).catch(({ code, attempts, confirmed }: OssError) => ({ code, attempts, confirmed }));
  return { ...end, calls, sleeps, clock };
}

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
  const mistake = new TypeError('x is not a function');
  const attempt = () => {
    calls += 1;
    throw mistake;
  };
  await expect(call(attempt, {})).rejects.toBe(mistake);
  expect(calls).toBe(1);
});

test('the last error keeps its message and cause', async () => {
  const cause = new Error('socket');
  const error = await call(() => {
    throw new OssError({ message: 'm', code: 'ECONNRESET', kind: 'transient', confirmed: false, cause });
  }, {}).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(OssError);
  expect(error).toMatchObject({ message: 'm', cause, attempts: 3, confirmed: false });
});
