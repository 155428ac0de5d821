import { describe, expect, it } from 'vitest';
import { immDiagnoses } from '../../src/doctor/imm.js';
import { loadConfig } from '../../src/rules/load.js';
import { type MemorySurroundings, memorySurroundings } from '../support/memory-surroundings.js';

function configOf(style: string) {
  const outputs = [{ style, to: { bucket: 'out', key: '{key}' } }];
  return loadConfig({ journal: 'throw', rules: [{ name: 'r', when: { bucket: ['one', 'two'] }, outputs }] }, {});
}

const blind = configOf('image/blindwatermark,content_aGVsbG8');

const looking = (answers: MemorySurroundings['answers'] = {}) =>
  immDiagnoses(blind, 'cn-hangzhou', memorySurroundings({ answers }).around.immProject);

describe('immDiagnoses', () => {
  it('asks for the source buckets of rules that use IMM, and of no others', async () => {
    expect(await immDiagnoses(configOf('image/resize,w_10'), 'cn-hangzhou', undefined)).toEqual([]);
    expect(await looking()).toMatchObject([
      { status: 'ok', message: expect.stringContaining('oss://one is bound to project') },
      { status: 'ok', message: expect.stringContaining('oss://two is bound to project') },
    ]);
  });

  it('says that a bucket is bound to none, and how to bind it', async () => {
    for (const answer of [{ missing: true }, { found: { ProjectName: '' } }] as const) {
      const [one] = await looking({ 'imm one': answer });
      expect(one).toMatchObject({ status: 'problem', message: expect.stringContaining('oss://one is bound to no') });
      expect(one?.fix).toContain(
        'aliyun imm AttachOSSBucket --ProjectName PROJECT --OSSBucket one --region cn-hangzhou',
      );
    }
  });

  it('says that it could not look', async () => {
    expect((await looking({ 'imm one': { unseen: 'HTTP 403' } }))[0]).toMatchObject({
      status: 'unseen',
      message: expect.stringContaining('HTTP 403'),
    });
    expect(await immDiagnoses(blind, 'cn-hangzhou', undefined)).toMatchObject([{ status: 'unseen' }, {}]);
  });
});
