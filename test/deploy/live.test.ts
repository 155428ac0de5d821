import { describe, expect, it } from 'vitest';
import { type Live, look, planDeployment } from '../../src/deploy/live.js';
import { validateResource } from '../../src/deploy/s-schema.js';
import { FunctionComputeError } from '../../src/remote/error.js';
import type { RemoteTrigger } from '../../src/remote/function-compute.js';
import { memoryFunctionCompute, remoteTrigger } from '../support/memory-function-compute.js';
import { someProps } from '../support/project.js';

function resourceOf(changes: object = {}) {
  const { props, mistakes } = validateResource({ ...someProps(), ...changes });
  if (props === undefined) throw new Error(JSON.stringify(mistakes));
  return props;
}

describe('look', () => {
  it('says that there is no function', async () => {
    const { fc } = memoryFunctionCompute();
    expect(await look(fc, 'f')).toEqual({
      exists: false,
      triggers: [],
      reservedConcurrency: { limit: undefined },
      problems: [],
    });
  });

  it('gives what there is', async () => {
    const { fc } = memoryFunctionCompute({ name: 'f', triggers: [remoteTrigger('a')], reservedConcurrency: 0 });
    expect(await look(fc, 'f')).toMatchObject({
      exists: true,
      triggers: [{ triggerName: 'a' }],
      reservedConcurrency: { limit: 0 },
      problems: [],
    });
  });

  it('goes on without what it may not see, and says so', async () => {
    const { fc } = memoryFunctionCompute({
      name: 'f',
      triggers: [remoteTrigger('a')],
      refused: ['getFunction', 'getReservedConcurrency'],
    });
    const { problems, ...live } = await look(fc, 'f');
    expect(live).toMatchObject({ exists: undefined, triggers: [{ triggerName: 'a' }], reservedConcurrency: undefined });
    expect(problems).toEqual([
      expect.stringMatching(/^the function could not be looked at: .*AccessDenied/),
      expect.stringMatching(/^its reserved concurrency could not be looked at: .*AccessDenied/),
    ]);
  });

  it('says once that nobody answers', async () => {
    const { fc, state } = memoryFunctionCompute({ name: 'f', triggers: [remoteTrigger('a')] });
    const silent = () => Promise.reject(new FunctionComputeError('no such host', { code: 'ENOTFOUND' }));
    const { problems, ...live } = await look({ ...fc, getFunction: silent }, 'f');
    expect(live).toEqual({ exists: undefined, triggers: undefined, reservedConcurrency: undefined });
    expect(problems).toEqual([expect.stringContaining('no such host (is the endpoint right')]);
    expect(state.calls).toEqual([]);
  });

  it('does not take a bug for a refusal', async () => {
    const { fc } = memoryFunctionCompute();
    const broken = { ...fc, getFunction: () => Promise.reject(new TypeError('a bug')) };
    await expect(look(broken, 'f')).rejects.toThrow('a bug');
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
  const names = (triggers: readonly RemoteTrigger[]): string[] => triggers.map(({ triggerName }) => triggerName);

  it('finds triggers of ours that s.yaml no longer lists, and leaves those of others alone', () => {
    const triggers = [
      remoteTrigger('avatars'),
      remoteTrigger('old'),
      remoteTrigger('by-hand', 'made in the console'),
      remoteTrigger('unnamed', ''),
    ];
    expect(names(planDeployment(resourceOf(), live({ triggers }), { resume: false }).stale)).toEqual(['old']);
    expect(planDeployment(resourceOf(), live({ triggers: undefined }), { resume: false }).stale).toEqual([]);
  });

  it.each([
    [{ limit: 0 }, false, true],
    [{ limit: 0 }, true, false],
    [{ limit: 5 }, false, false],
    [{ limit: undefined }, false, false],
    [undefined, false, false],
  ])('with concurrency %j and resume %j, keeps it stopped: %j', (reservedConcurrency, resume, expected) => {
    expect(planDeployment(resourceOf(), live({ reservedConcurrency }), { resume }).keepStopped).toBe(expected);
  });

  it.each([
    [false, 'auto', true],
    [true, 'auto', false],
    // It may be there already, with a log of its own.
    [undefined, 'auto', false],
    [false, someProps().logConfig, false],
  ])('with exists %j and logConfig %j, sets the rule of a new log: %j', (exists, logConfig, expected) => {
    expect(planDeployment(resourceOf({ logConfig }), live({ exists }), { resume: false }).newLog).toBe(expected);
  });
});
