import { describe, expect, it } from 'vitest';
import { parseJournal, recordsAt, takeAlong, takenText } from '../../src/replay/take-along.js';
import { type Call, memoryOss, ossError } from '../support/memory-oss.js';

const from = { bucket: 'before', prefix: 'old/' };
const to = { bucket: 'after', prefix: '' };

/** A former journal with three records, and something else beside them. */
function world(failing: (call: Call) => ReturnType<typeof ossError> | undefined = () => undefined) {
  const oss = memoryOss(() => 0, failing);
  for (const key of ['due/2026-11-22T08:30/a.json', 'failed/setup/r/b.json', 'failed/permanent/r/c.json']) {
    oss.store(`oss://before/old/${key}`, `record ${key}`);
  }
  oss.store('oss://before/old/other.txt', 'x');
  const client = () => oss.oss;
  return { oss, move: async () => takeAlong(await recordsAt(client, from), from, to, client, 2) };
}

describe('takeAlong', () => {
  it('brings every record under its name, and leaves nothing but what is none', async () => {
    const { oss, move } = world();
    const result = await move();
    expect(result).toEqual({ taken: 3, left: [] });
    expect(oss.keys('oss://')).toEqual([
      'oss://after/due/2026-11-22T08:30/a.json',
      'oss://after/failed/permanent/r/c.json',
      'oss://after/failed/setup/r/b.json',
      'oss://before/old/other.txt',
    ]);
    expect(oss.objects.get('oss://after/failed/setup/r/b.json')?.body).toBe('record failed/setup/r/b.json');
    expect(takenText(result, from, to)).toBe(
      'oss://before/old/ → oss://after/: 3 records taken along, 0 left\nthe timer runs what is due; npm run replay runs the rest\n',
    );
  });

  it('keeps what is there already under the same name', async () => {
    const { oss, move } = world();
    oss.store('oss://after/failed/setup/r/b.json', 'the same job, later');
    expect(await move()).toEqual({ taken: 3, left: [] });
    expect(oss.objects.get('oss://after/failed/setup/r/b.json')?.body).toBe('the same job, later');
  });

  it('deletes none that could not be written, or that was rewritten meanwhile', async () => {
    const { oss, move } = world(({ api, bucket, key }) => {
      if (api === 'put' && key.endsWith('a.json'))
        return ossError({ status: 403, code: 'AccessDenied', message: 'no' });
      if (api === 'put' && key.endsWith('b.json'))
        oss.store('oss://before/old/failed/setup/r/b.json', `newer ${bucket}`);
      return undefined;
    });
    const { taken, left } = await move();
    expect(taken).toBe(1);
    expect(left.map(({ record, why }) => `${record}: ${why}`).sort()).toEqual([
      'old/due/2026-11-22T08:30/a.json: no',
      'old/failed/setup/r/b.json: it was rewritten meanwhile',
    ]);
    expect(oss.keys('oss://before/old/')).toHaveLength(3);
  });
});

describe('parseJournal', () => {
  it('takes a bucket and a folder', () => {
    expect(parseJournal('oss://before/old/')).toEqual(from);
    expect(parseJournal('oss://before/')).toEqual({ bucket: 'before', prefix: '' });
  });

  it.each(['before/old/', 'oss://before', 'oss://before/old', 'oss://B/x/', 'oss://before/../'])(
    'refuses %s',
    (uri) => {
      expect(() => parseJournal(uri)).toThrow(/^--journal .*: expected oss:\/\/BUCKET\/PREFIX\//);
    },
  );
});
