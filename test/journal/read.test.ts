import { describe, expect, it } from 'vitest';
import { deleteRecord, dueKeys, readJournalRecord } from '../../src/journal/read.js';
import { readEvent } from '../../src/pipeline/event.js';
import { memoryOss, ossError } from '../support/memory-oss.js';

const place = { bucket: 'journal', prefix: 'autostyle/' };
const now = Date.UTC(2026, 10, 22, 8, 30, 20);
const due = (minute: string, name: string): string => `oss://journal/autostyle/due/${minute}/${name}.json`;

const event = {
  eventName: 'ObjectCreated:PutObject',
  eventTime: '2026-11-22T08:00:00.000Z',
  oss: { bucket: { name: 'photos' }, object: { key: 'a.jpg', size: 3, eTag: 'ABC' } },
};

async function keysOf(pages: AsyncIterable<readonly string[]>): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of pages) keys.push(...page);
  return keys;
}

describe('dueKeys', () => {
  it('finds what is due by now, the oldest first, and nothing else', async () => {
    const { oss, store } = memoryOss(() => now);
    store(due('2026-11-22T08:31', 'later'), 'x');
    store(due('2026-11-22T08:30', 'now'), 'x');
    store(due('2026-11-22T08:29', 'b'), 'x');
    store(due('2026-11-21T23:59', 'a'), 'x');
    store('oss://journal/autostyle/failed/setup/r/f.json', 'x');
    expect(await keysOf(dueKeys(oss, place, now))).toEqual(
      [due('2026-11-21T23:59', 'a'), due('2026-11-22T08:29', 'b'), due('2026-11-22T08:30', 'now')].map((uri) =>
        uri.replace('oss://journal/', ''),
      ),
    );
  });

  it('reads as many pages as it needs', async () => {
    const { oss, store, calls } = memoryOss(() => now);
    for (let i = 0; i < 2_500; i += 1) store(due('2026-11-22T08:00', String(i).padStart(4, '0')), 'x');
    expect(await keysOf(dueKeys(oss, place, now))).toHaveLength(2_500);
    expect(calls).toHaveLength(3);
  });
});

describe('readJournalRecord', () => {
  const read = async (body: string) => {
    const { oss, store } = memoryOss(() => now);
    store(due('2026-11-22T08:00', 'r'), body);
    return readJournalRecord(oss, 'journal', 'autostyle/due/2026-11-22T08:00/r.json', now);
  };

  it('reads a transient record: the one output, and how often it was tried', async () => {
    const target = { bucket: 'out', key: 'b' };
    const rerun = await read(
      JSON.stringify({ kind: 'transient', event, target, attempts: 3, since: '2026-11-22T08:00:00Z' }),
    );
    expect(rerun).toMatchObject({
      task: { upload: readEvent(Buffer.from(JSON.stringify(event))).uploads[0], only: [target] },
      attempts: 3,
      since: Date.UTC(2026, 10, 22, 8),
      record: { key: 'autostyle/due/2026-11-22T08:00/r.json' },
    });
  });

  it('reads a record that an editor has saved with a byte order mark', async () => {
    expect(await read(`\uFEFF${JSON.stringify({ kind: 'setup', event })}`)).toMatchObject({
      content: { kind: 'setup' },
    });
  });

  it('reads an unsettled record: all outputs, whatever the version', async () => {
    const rerun = await read(JSON.stringify({ kind: 'unsettled', event, target: { bucket: 'x', key: 'y' } }));
    expect(rerun).toMatchObject({ task: { anyVersion: true }, attempts: 1, since: now });
    expect(rerun).toMatchObject({ task: { only: undefined } });
  });

  it.each(['', 'null', '[]', '{"event":{"eventName":"x"}}', JSON.stringify({ event: { events: [event, event] } })])(
    'knows that %s is no record',
    async (body) => {
      expect(await read(body)).toMatchObject({ problem: expect.any(String) });
    },
  );

  it('takes nothing wrong for right', async () => {
    const wrong = { kind: {}, event, target: { bucket: 1 }, attempts: -5, since: 'yesterday' };
    expect(await read(JSON.stringify(wrong))).toMatchObject({ attempts: 1, since: now });
    expect(await read(JSON.stringify(wrong))).toMatchObject({ task: { only: undefined } });
  });

  it('finds nothing where the record is gone, and tells when it cannot be read', async () => {
    const { oss } = memoryOss(() => now);
    expect(await readJournalRecord(oss, 'journal', 'k', now)).toBeUndefined();
    const refusing = memoryOss(
      () => now,
      () => ossError({ kind: 'setup', code: 'AccessDenied' }),
    );
    await expect(readJournalRecord(refusing.oss, 'journal', 'k', now)).rejects.toMatchObject({ code: 'AccessDenied' });
  });
});

describe('deleteRecord', () => {
  const failed = 'autostyle/failed/setup/r/f.json';

  it('deletes a failure that has not been rewritten', async () => {
    const { oss, store, objects } = memoryOss(() => now);
    store(`oss://journal/${failed}`, 'old');
    await deleteRecord(oss, place, { key: failed, etag: 'OLD' });
    expect(objects.size).toBe(0);
  });

  it('keeps a failure that came again meanwhile', async () => {
    const { oss, store, objects } = memoryOss(() => now);
    store(`oss://journal/${failed}`, 'new');
    await deleteRecord(oss, place, { key: failed, etag: 'OLD' });
    expect(objects.size).toBe(1);
  });

  it('deletes what nobody else writes without a look', async () => {
    const { oss, store, calls } = memoryOss(() => now);
    store(due('2026-11-22T08:00', 'r'), 'x');
    await deleteRecord(oss, place, { key: 'autostyle/due/2026-11-22T08:00/r.json', etag: '' });
    expect(calls.map(({ api }) => api)).toEqual(['delete']);
  });
});
