// The promise of the envelope: whoever writes what at CONFIG_URI in whatever order, the function does not start itself.
import { describe, expect, it } from 'vitest';
import type { ConfigInput } from '../../src/rules/schema.js';
import { expectNoFeeding, play, type Step } from './instances.js';

const rules = (...pairs: [from: string, to: string][]): ConfigInput => ({
  journal: 'throw',
  rules: pairs.map(([prefix, to], at) => ({
    name: `r${at}`,
    when: { bucket: 'photos', prefix },
    outputs: [{ style: 'image/resize,w_1', to: { key: `${to}{file}` } }],
  })),
});
const versions = [rules(['in/', 'mid/']), rules(['mid/', 'in/'])];
const [A, B] = [0, 1];
const write = (nth: number): Step => ({ do: 'write', nth });
const upload = Array.from({ length: 60 }, (_, nth): Step => ({ do: 'upload', nth }));
const minute: Step = { do: 'wait', ms: 60_000 };
const start = (nth: number): Step => ({ do: 'start', nth });

describe.each([
  ['one of the versions', rules(['in/', 'out/'])],
  ['the other', rules(['mid/', 'out/'])],
  ['both', rules(['in/', 'out/'], ['mid/', 'out/'])],
  ['neither', rules(['other/', 'out/'])],
])('deployed: rules that listen where %s does', (_, deployed) => {
  it('one instance takes the second version, the object is deleted or broken, and others keep the first', async () => {
    for (const last of ['delete', 'break', 'deny'] as const) {
      const steps = [
        write(A),
        start(0),
        start(1),
        ...upload,
        write(B),
        minute,
        upload[0] as Step,
        { do: last } as Step,
      ];
      const played = await play({ deployed, versions, steps: [...steps, ...upload, minute, ...upload] });
      expect(played.saved).toBeLessThanOrEqual(180);
    }
  });

  it('a cold instance loads the second version, while a warm one still runs the first', async () => {
    const steps = [write(A), start(0), ...upload, write(B), start(1), ...upload, { do: 'wait', ms: 30_000 } as Step];
    await play({ deployed, versions, steps: [...steps, ...upload, start(2), minute, ...upload] });
  });
});

it('a version that stays within what is deployed is taken, and saves', async () => {
  const deployed = rules(['in/', 'out/']);
  const { saved, loaded } = await play({ deployed, versions: [rules(['in/', 'mid/'])], steps: [write(0), ...upload] });
  expect(loaded).toBeGreaterThan(0);
  expect(saved).toBeGreaterThan(10);
});

it('in random sequences of writes, nothing that an instance saves starts any', async () => {
  await expectNoFeeding(100);
});
