import { describe, expect, it } from 'vitest';
import { afterFailure, stop } from '../../../src/deploy/deployment/brake.js';
import type { Live } from '../../../src/deploy/deployment/live.js';
import { type MemoryFunction, memoryFunctionCompute, unavailable } from '../../support/memory-function-compute.js';

const seen: Live = { exists: true, triggers: [], reservedConcurrency: { limit: 7 }, problems: [] };

function brakeOf(live: MemoryFunction) {
  const { fc, state } = memoryFunctionCompute({ name: 'f', ...live });
  const said: string[] = [];
  const say = (line: string) => said.push(line);
  return { options: { fc, functionName: 'f', region: 'cn-hangzhou', sleep: async () => {}, say }, state, said };
}

describe('afterFailure', () => {
  it.each<[string, Live, number | undefined, RegExp]>([
    ['goes on where the limit was seen before', seen, 7, /^f goes on with the limit that it had, 7/],
    ['stops a new one', { ...seen, exists: false }, 0, /^f was stopped/],
    ['stops one that had none', { ...seen, reservedConcurrency: { limit: undefined } }, 0, /^f was stopped/],
    ['stops one of which nothing was seen', { ...seen, reservedConcurrency: undefined }, 0, /^f was stopped/],
  ])('%s, when the limit cannot be read now', async (_, before, limit, message) => {
    const blind = [unavailable, unavailable, unavailable];
    const { options, state, said } = brakeOf({ reservedConcurrency: 7, failing: { getReservedConcurrency: blind } });
    const [first] = await afterFailure(before, options);
    expect(first).toMatch(message);
    expect(state.reservedConcurrency).toBe(limit);
    expect(said.join('\n')).toContain('its reserved concurrency could not be read: ServiceUnavailable');
  });
});

describe('stop', () => {
  it('holds on through a service in trouble', async () => {
    const { options, state } = brakeOf({ failing: { putReservedConcurrency: [unavailable, unavailable] } });
    expect(await stop(options)).toBeUndefined();
    expect(state.reservedConcurrency).toBe(0);
  });

  it('does not believe an answer alone', async () => {
    const { options } = brakeOf({});
    const fc = { ...options.fc, getReservedConcurrency: async () => 3 };
    expect(await stop({ ...options, fc })).toBe('its reserved concurrency is 3 all the same');
  });
});
