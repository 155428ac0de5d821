import { describe, expect, it } from 'vitest';
import { sweepThatStops } from '../../src/deploy/sweep-that-stops.js';
import { loadConfig } from '../../src/rules/load.js';
import { sweepKey } from '../../src/sweep/newest.js';
import { memoryOss, ossError } from '../support/memory-oss.js';
import { storeSweep } from '../support/stored-sweep.js';

const journal = { bucket: 'journal', prefix: 'a/' };
const rulesWith = (style: string, of: typeof journal | 'throw' = journal) =>
  loadConfig(
    {
      journal: of,
      rules: [{ name: 'r', when: { bucket: 'photos' }, outputs: [{ style, to: { bucket: 'out', key: '{key}' } }] }],
    },
    {},
  );
const before = rulesWith('image/resize,w_1');
const after = rulesWith('image/resize,w_2');

describe('sweepThatStops', () => {
  it('names the sweep in the cloud that other rules stop, and none that goes on', async () => {
    const { oss } = memoryOss(Date.now);
    expect(await sweepThatStops(after, oss)).toBeUndefined();
    const id = await storeSweep(oss, before);
    expect(await sweepThatStops(after, oss)).toMatch(`the sweep ${id} in the cloud is not finished`);
    expect(await sweepThatStops(before, oss)).toBeUndefined();
    expect(await sweepThatStops(rulesWith('image/resize,w_2', 'throw'), oss)).toBeUndefined();
  });

  it.each(['cancel', 'ended'] as const)('says nothing of one with %s.json', async (file) => {
    const { oss } = memoryOss(Date.now);
    const id = await storeSweep(oss, before);
    await oss.putObject({ bucket: 'journal', key: sweepKey(journal, id, file), body: '{}' });
    expect(await sweepThatStops(after, oss)).toBeUndefined();
  });

  it('says nothing of one that is not in the cloud, that cannot be read, or that may not be looked at', async () => {
    const here = memoryOss(Date.now);
    await storeSweep(here.oss, before, { inCloud: false });
    expect(await sweepThatStops(after, here.oss)).toBeUndefined();
    const strange = memoryOss(Date.now);
    await storeSweep(strange.oss, before, { workers: 0 });
    expect(await sweepThatStops(after, strange.oss)).toBeUndefined();
    const refusing = memoryOss(Date.now, ({ api }) => (api === 'list' ? ossError({ status: 403 }) : undefined));
    await storeSweep(refusing.oss, before);
    expect(await sweepThatStops(after, refusing.oss)).toBeUndefined();
  });
});
