import { describe, expect, it } from 'vitest';
import { strandedDiagnoses } from '../../src/doctor/journal.js';
import { loadConfig } from '../../src/rules/load.js';
import { memoryOss } from '../support/memory-oss.js';

describe('the journal before rules were kept at CONFIG_URI', () => {
  const envelope = loadConfig({ journal: { bucket: 'before', prefix: 'a/' }, rules: [] }, {});
  const at = (bucket: string) => loadConfig({ journal: { bucket, prefix: 'a/' }, rules: [] }, {}, { envelope });

  it('is looked at for records that nobody runs', async () => {
    const oss = memoryOss(() => 0);
    expect(await strandedDiagnoses(oss.oss, at('after'))).toEqual([]);
    oss.store('oss://before/a/due/2026-11-22T08:30/x.json', '{}');
    expect(await strandedDiagnoses(oss.oss, at('after'))).toMatchObject([
      {
        status: 'warning',
        message: expect.stringContaining('1 record left in the former journal oss://before/a/'),
        fix: expect.stringContaining('npm run replay -- --journal oss://before/a/ takes them along'),
      },
    ]);
  });

  it('is none where it is the present one, or where the rules are deployed', async () => {
    const oss = memoryOss(() => 0);
    oss.store('oss://before/a/due/2026-11-22T08:30/x.json', '{}');
    expect(await strandedDiagnoses(oss.oss, at('before'))).toEqual([]);
    expect(await strandedDiagnoses(oss.oss, envelope)).toEqual([]);
    expect(oss.calls).toEqual([]);
  });
});
