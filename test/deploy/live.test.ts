import { describe, expect, it } from 'vitest';
import { type Live, look, lookAtLog, planDeployment } from '../../src/deploy/live.js';
import { validateResource } from '../../src/deploy/s-schema.js';
import { removalEvents, uploadEvents } from '../../src/deploy/triggers/plan.js';
import { FunctionComputeError } from '../../src/remote/error.js';
import type { RemoteTrigger } from '../../src/remote/function-compute.js';
import {
  memoryFunctionCompute,
  refusedConnection,
  remoteTrigger,
  unavailable,
} from '../support/memory-function-compute.js';
import { someProps, someTrigger } from '../support/project.js';

function resourceOf(changes: object = {}) {
  const { props, mistakes } = validateResource({ ...someProps(), ...changes });
  if (props === undefined) throw new Error(JSON.stringify(mistakes));
  return props;
}

/** Sleeps no longer than it takes to write down for how long. */
function sleeper() {
  const slept: number[] = [];
  return { slept, sleep: async (ms: number) => void slept.push(ms) };
}

describe('look', () => {
  const { slept, sleep } = sleeper();

  it('says that there is no function', async () => {
    const { fc } = memoryFunctionCompute();
    expect(await look(fc, 'f', sleep)).toEqual({
      exists: false,
      triggers: [],
      reservedConcurrency: { limit: undefined },
      problems: [],
    });
  });

  it('gives what there is', async () => {
    const { fc } = memoryFunctionCompute({ name: 'f', triggers: [remoteTrigger('a/')], reservedConcurrency: 0 });
    expect(await look(fc, 'f', sleep)).toMatchObject({
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
    const { problems, ...live } = await look(fc, 'f', sleep);
    expect(live).toMatchObject({ exists: undefined, triggers: [{}], reservedConcurrency: undefined });
    expect(problems).toEqual([
      expect.stringMatching(/^the function could not be looked at: .*AccessDenied/),
      expect.stringMatching(/^its reserved concurrency could not be looked at: .*AccessDenied/),
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
      expect(await look(lucky.fc, 'f', sleep)).toMatchObject({ reservedConcurrency: { limit: 0 }, problems: [] });
      expect(slept).toEqual([1_000, 3_000]);
    }
    const { fc } = memoryFunctionCompute({
      name: 'f',
      reservedConcurrency: 0,
      failing: { getReservedConcurrency: [error, error, error] },
    });
    const { reservedConcurrency, problems } = await look(fc, 'f', sleep);
    expect({ reservedConcurrency, problems }).toEqual({
      reservedConcurrency: undefined,
      problems: [expect.stringContaining(`its reserved concurrency could not be looked at: ${error.message}`)],
    });
  });

  it('says once that nobody answers', async () => {
    const { fc, state } = memoryFunctionCompute({ name: 'f', triggers: [remoteTrigger('a/')] });
    const silent = () => Promise.reject(new FunctionComputeError('no such host', { code: 'ENOTFOUND' }));
    const { problems, ...live } = await look({ ...fc, getFunction: silent }, 'f', sleep);
    expect(live).toEqual({ exists: undefined, triggers: undefined, reservedConcurrency: undefined });
    expect(problems).toEqual([expect.stringContaining('no such host (is the endpoint right')]);
    expect(state.calls).toEqual([]);
  });

  it('hears from its parts that there is no function which it may not see', async () => {
    const gone = new FunctionComputeError('gone', { code: 'FunctionNotFound', status: 404 });
    const failing = { listTriggers: [gone], getReservedConcurrency: [gone] };
    const { fc } = memoryFunctionCompute({ refused: ['getFunction'], failing });
    expect(await look(fc, 'f', sleep)).toMatchObject({ exists: false, problems: [] });
  });

  it('does not take a bug for a refusal', async () => {
    const { fc } = memoryFunctionCompute();
    const broken = { ...fc, getFunction: () => Promise.reject(new TypeError('a bug')) };
    await expect(look(broken, 'f', sleep)).rejects.toThrow('a bug');
    await expect(lookAtLog(broken, 'f', sleep)).rejects.toThrow('a bug');
  });
});

describe('lookAtLog', () => {
  const { sleep } = sleeper();
  const log = { project: 'p', logstore: 's', logBeginRule: 'DefaultRegex' };

  it('gives the log, if not at once', async () => {
    const { fc } = memoryFunctionCompute({ name: 'f', log, failing: { getFunction: [unavailable] } });
    expect(await lookAtLog(fc, 'f', sleep)).toEqual({ log });
  });

  it('says why it cannot', async () => {
    const { fc } = memoryFunctionCompute({ name: 'f', log, refused: ['getFunction'] });
    expect(await lookAtLog(fc, 'f', sleep)).toEqual({ problem: expect.stringContaining('AccessDenied') });
    expect(await lookAtLog(memoryFunctionCompute().fc, 'f', sleep)).toEqual({ problem: 'there is no function f' });
  });
});

describe('planDeployment', () => {
  const live = (changes: Partial<Live>): Live => ({
    exists: true,
    triggers: [],
    reservedConcurrency: { limit: 5 },
    problems: [],
    ...changes,
  });
  const undecided = { resume: false, stopped: false };
  const planned = (triggers: readonly RemoteTrigger[] | undefined, wanted?: readonly object[]) => {
    const resource = resourceOf(wanted === undefined ? {} : { triggers: wanted });
    const { stale, alike, inTheWay, blocking } = planDeployment(resource, live({ triggers }), undecided);
    const names = (list: readonly RemoteTrigger[]): string[] => list.map(({ triggerName }) => triggerName);
    const hearers = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);
    return { stale: names(stale), alike: names(alike), inTheWay: hearers(inTheWay), blocking: hearers(blocking) };
  };

  it('finds triggers of ours that s.yaml no longer lists, and leaves those of others alone', () => {
    const triggers = [
      remoteTrigger('avatars/', { name: 'avatars' }),
      remoteTrigger('old/'),
      remoteTrigger('jane/', { description: "oss-autostyle's sibling: billing, by Jane" }),
      remoteTrigger('by-hand/', { description: 'made in the console' }),
      remoteTrigger('unnamed/', { description: '' }),
    ];
    expect(planned(triggers)).toEqual({
      stale: ['oss_shop-photos_old'],
      alike: ['oss_shop-photos_jane'],
      inTheWay: [],
      blocking: [],
    });
    expect(planned(undefined)).toEqual({ stale: [], alike: [], inTheWay: [], blocking: [] });
  });

  it('finds what keeps OSS from having the triggers of s.yaml, whosever it is', () => {
    const theirs = remoteTrigger('gallery/2024/', { name: 'theirs', description: 'x' });
    expect(planned([remoteTrigger('avatars/'), theirs])).toMatchObject({
      inTheWay: ['oss_shop-photos_avatars'],
      blocking: ['theirs'],
    });
  });

  it('finds nothing in the way of what is there already', () => {
    const there = { ...someTrigger('gallery', 'gallery/'), triggerConfig: remoteTrigger('gallery/').triggerConfig };
    const theirs = remoteTrigger('gallery/2024/', { name: 'theirs', description: 'x' });
    const present: RemoteTrigger = {
      ...remoteTrigger('gallery/', { name: 'gallery' }),
      triggerConfig: { events: [...uploadEvents].reverse(), filter: { key: { prefix: 'gallery/' } } },
    };
    expect(planned([present, theirs], [there])).toMatchObject({ blocking: [] });
    const other = {
      ...there,
      triggerConfig: { ...(there.triggerConfig as object), events: [...uploadEvents, ...removalEvents] },
    };
    expect(planned([present, theirs], [other])).toMatchObject({ blocking: ['theirs'] });
  });

  it.each([
    [{ limit: 0 }, {}, true],
    [{ limit: 0 }, { resume: true }, false],
    [{ limit: 5 }, {}, false],
    [{ limit: 5 }, { stopped: true }, true],
    [{ limit: undefined }, {}, false],
    [undefined, {}, undefined],
    [undefined, { resume: true }, false],
    [undefined, { stopped: true }, true],
  ])('with concurrency %j and the wish %j, keeps it stopped: %j', (reservedConcurrency, wish, expected) => {
    const plan = planDeployment(resourceOf(), live({ reservedConcurrency }), { ...undecided, ...wish });
    expect(plan.keepStopped).toBe(expected);
  });
});
