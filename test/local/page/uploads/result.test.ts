import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resultIn } from '../../../../src/local/page/uploads/result.js';

const line = (fields: object) => JSON.stringify({ level: 'info', event: 'result', ...fields });

describe('resultIn', () => {
  it('reads what was saved', () => {
    const saved = {
      status: 'saved',
      source: 'oss://photos/a/../b?\u0000.jpg',
      rule: 'r',
      style: 'image/resize,w_1',
      relayed: true,
      target: 'oss://out/a/b//c',
      bytes: 12,
      ms: 3,
    };
    expect(resultIn(line(saved))).toEqual({
      ...saved,
      target: { bucket: 'out', key: 'a/b//c' },
      targetText: 'oss://out/a/b//c',
      reason: undefined,
      error: undefined,
    });
  });

  it('reads failures and skips', () => {
    const error = { kind: 'setup', code: 'NoSuchStyle', message: 'no', ec: '0040-1', requestId: 'X', status: 400 };
    expect(resultIn(line({ status: 'failed', source: 'oss://b/k', error }))?.error).toEqual({
      kind: 'setup',
      code: 'NoSuchStyle',
      message: 'no',
      ec: '0040-1',
    });
    expect(resultIn(line({ status: 'skipped', source: 'x', reason: 'no-rule' }))).toMatchObject({ reason: 'no-rule' });
  });

  it('takes no cut key for a key, nor a cut error for none', () => {
    const cut = resultIn(
      line({ status: 'failed', source: 's', target: 'oss://b/k…', error: '{"code":"A…', cut: true }),
    );
    expect(cut).toMatchObject({
      target: undefined,
      targetText: 'oss://b/k…',
      error: { code: '', message: '{"code":"A…' },
    });
  });

  it.each([
    '',
    'text',
    '{"event":"result"',
    '[]',
    '{"event":"summary","result":1}',
    line({ status: 'made', source: 's' }),
  ])('%j is none', (text) => {
    expect(resultIn(text)).toBeUndefined();
  });

  it('reads any JSON without failing, and keeps no long text', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('source', 'target', 'rule', 'error', 'ms', 'cut'), fc.jsonValue()),
        (fields) => {
          const result = resultIn(line({ status: 'failed', source: 'x'.repeat(9_000), ...fields }));
          const texts = [result?.source, result?.targetText, result?.error?.message].map((text) => text?.length ?? 0);
          expect(Math.max(...texts)).toBeLessThanOrEqual(2_000);
        },
      ),
    );
  });
});
