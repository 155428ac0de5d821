import { describe, expect, it } from 'vitest';
import { type Live, readLive, readLog, staysStopped } from '../../../src/deploy/deployment/live.js';
import { FunctionComputeError } from '../../../src/remote/error.js';
import {
  memoryFunctionCompute,
  refusedConnection,
  remoteTrigger,
  unavailable,
} from '../../support/memory-function-compute.js';

/** Sleeps no longer than it takes to write down for how long. */
function sleeper() {
  const slept: number[] = [];
  return { slept, sleep: async (ms: number) => void slept.push(ms) };
}

describe('readLive', () => {
  const { slept, sleep } = sleeper();

  it('says that there is no function', async () => {
    const { fc } = memoryFunctionCompute();
    expect(await readLive(fc, 'f', sleep)).toEqual({
      exists: false,
      triggers: [],
      reservedConcurrency: { limit: undefined },
      problems: [],
    });
  });

  it('gives what there is', async () => {
    const { fc } = memoryFunctionCompute({ name: 'f', triggers: [remoteTrigger('a/')], reservedConcurrency: 0 });
    expect(await readLive(fc, 'f', sleep)).toMatchObject({
      exists: true,
      triggers: [{ triggerName: 'oss_shop-photos_a' }],
      reservedConcurrency: { limit: 0 },
      problems: [],
    });
  });

  it('goes on without what it may not see, and says so', async () => {
    const { fc, state } = memoryFunctionCompute({
      name: 'f',
      triggers: [remoteTrigger('a/')],
      refused: ['getFunction', 'getReservedConcurrency'],
    });
    const { problems, ...live } = await readLive(fc, 'f', sleep);
    expect(live).toMatchObject({ exists: undefined, triggers: [{}], reservedConcurrency: undefined });
    expect(problems).toEqual([
      expect.stringMatching(/^the function could not be read: .*AccessDenied/),
      expect.stringMatching(/^its reserved concurrency could not be read: .*AccessDenied/),
    ]);
    // What is not allowed is not allowed the second time either.
    expect({ slept, calls: state.calls.length }).toEqual({ slept: [], calls: 3 });
  });

  it.each([
    ['a 503', unavailable],
    ['no connection', refusedConnection],
    ['throttling', new FunctionComputeError('slow down', { code: 'Throttling', status: 429 })],
  ])('tries three times on %s', async (_, error) => {
    const calls = ['getFunction', 'listTriggers', 'getReservedConcurrency'] as const;
    for (const call of calls) {
      const { slept, sleep } = sleeper();
      const lucky = memoryFunctionCompute({ name: 'f', reservedConcurrency: 0, failing: { [call]: [error, error] } });
      expect(await readLive(lucky.fc, 'f', sleep)).toMatchObject({ reservedConcurrency: { limit: 0 }, problems: [] });
      expect(slept).toEqual([1_000, 3_000]);
    }
    const { fc } = memoryFunctionCompute({
      name: 'f',
      reservedConcurrency: 0,
      failing: { getReservedConcurrency: [error, error, error] },
    });
    const { reservedConcurrency, problems } = await readLive(fc, 'f', sleep);
    expect({ reservedConcurrency, problems }).toEqual({
      reservedConcurrency: undefined,
      problems: [expect.stringContaining(`its reserved concurrency could not be read: ${error.message}`)],
    });
  });

  it('says once that nobody answers', async () => {
    const { fc, state } = memoryFunctionCompute({ name: 'f', triggers: [remoteTrigger('a/')] });
    const silent = () => Promise.reject(new FunctionComputeError('no such host', { code: 'ENOTFOUND' }));
    const { problems, ...live } = await readLive({ ...fc, getFunction: silent }, 'f', sleep);
    expect(live).toEqual({ exists: undefined, triggers: undefined, reservedConcurrency: undefined });
    expect(problems).toEqual([expect.stringContaining('no such host (is the endpoint right')]);
    expect(state.calls).toEqual([]);
  });

  it('finds out from its parts that there is no function which it may not see', async () => {
    const gone = new FunctionComputeError('gone', { code: 'FunctionNotFound', status: 404 });
    const failing = { listTriggers: [gone], getReservedConcurrency: [gone] };
    const { fc } = memoryFunctionCompute({ refused: ['getFunction'], failing });
    expect(await readLive(fc, 'f', sleep)).toMatchObject({ exists: false, problems: [] });
  });

  it('does not take a bug for a refusal', async () => {
    const { fc } = memoryFunctionCompute();
    const broken = { ...fc, getFunction: () => Promise.reject(new TypeError('a bug')) };
    await expect(readLive(broken, 'f', sleep)).rejects.toThrow('a bug');
    await expect(readLog(broken, 'f', sleep)).rejects.toThrow('a bug');
  });
});

describe('readLog', () => {
  const { sleep } = sleeper();
  const log = { project: 'p', logstore: 's', logBeginRule: 'DefaultRegex' };

  it('gives the log, if not at once', async () => {
    const { fc } = memoryFunctionCompute({ name: 'f', log, failing: { getFunction: [unavailable] } });
    expect(await readLog(fc, 'f', sleep)).toEqual({ log });
  });

  it('says why it cannot', async () => {
    const { fc } = memoryFunctionCompute({ name: 'f', log, refused: ['getFunction'] });
    expect(await readLog(fc, 'f', sleep)).toEqual({ problem: expect.stringContaining('AccessDenied') });
    expect(await readLog(memoryFunctionCompute().fc, 'f', sleep)).toEqual({ problem: 'there is no function f' });
  });
});

describe('staysStopped', () => {
  it.each<[Live['reservedConcurrency'], object, boolean | undefined]>([
    [{ limit: 0 }, {}, true],
    [{ limit: 0 }, { resume: true }, false],
    [{ limit: 5 }, {}, false],
    [{ limit: 5 }, { stopped: true }, true],
    [{ limit: undefined }, {}, false],
    [undefined, {}, undefined],
    [undefined, { resume: true }, false],
    [undefined, { stopped: true }, true],
  ])('with concurrency %j and the options %j: %j', (reservedConcurrency, options, expected) => {
    const live = { exists: true, triggers: [], reservedConcurrency, problems: [] };
    expect(staysStopped(live, { resume: false, stopped: false, ...options })).toBe(expected);
  });
});
