import { describe, expect, it } from 'vitest';
import { journalEntry, type Unfinished, writeEntry } from '../../src/journal/record.js';
import { OssError } from '../../src/oss/error.js';
import type { Failed } from '../../src/pipeline/outcome.js';

const now = Date.UTC(2026, 10, 22, 8, 30, 20);

const leftover = (
  kind: 'transient' | 'permanent' | 'setup',
  key = 'avatars/a.jpg',
  attempts = 1,
): Unfinished & { failed: Failed } => ({
  attempts,
  since: now,
  failed: {
    status: 'failed',
    source: { bucket: 'photos', key },
    rule: 'avatars',
    style: 'image/resize,w_100',
    target: { bucket: 'out', key: `${key}.webp` },
    error: { kind, code: 'SomeCode', message: 'why' },
  },
  event: {
    eventName: 'ObjectCreated:PutObject',
    eventSource: 'acs:oss',
    eventVersion: '1.0',
    oss: { bucket: { name: 'photos' }, object: { key } },
  },
});

const place = { bucket: 'photos-journal', prefix: 'autostyle/' };

describe('journalEntry', () => {
  it.each([
    [1, '2026-11-22T08:32:00.000Z'],
    [2, '2026-11-22T08:33:00.000Z'],
    [5, '2026-11-22T08:47:00.000Z'],
    [30, '2026-11-22T14:31:00.000Z'],
  ])('makes attempt %i due at %s', (attempts, due) => {
    const { key, record } = journalEntry(leftover('transient', undefined, attempts), place, now);
    expect(record).toMatchObject({ due, attempts, kind: 'transient', since: '2026-11-22T08:30:20.000Z' });
    expect(key).toMatch(new RegExp(`^autostyle/due/${due.slice(0, 16)}/[0-9a-f]{64}\\.[0-9a-f]{16}\\.json$`));
  });

  it.each(['permanent', 'setup'] as const)('keeps %s for someone to mend', (kind) => {
    const { key, record } = journalEntry(leftover(kind), place, now, 'fc-1');
    expect(key).toMatch(new RegExp(`^autostyle/failed/${kind}/avatars/[0-9a-f]{64}\\.[0-9a-f]{16}\\.json$`));
    expect(JSON.parse(JSON.stringify(record))).not.toHaveProperty('due');
    expect(record).toMatchObject({
      version: 2,
      event: leftover(kind).event,
      rule: 'avatars',
      style: 'image/resize,w_100',
      target: { bucket: 'out', key: 'avatars/a.jpg.webp' },
      error: { kind, code: 'SomeCode', message: 'why' },
      fcRequestId: 'fc-1',
    });
  });

  it('gives a transient failure up after a week', () => {
    const week = 7 * 24 * 3_600_000;
    expect(journalEntry(leftover('transient'), place, now + week).record.kind).toBe('transient');
    const { key, record } = journalEntry(leftover('transient'), place, now + week + 1);
    expect(key).toMatch(/^autostyle\/failed\/permanent\/avatars\//);
    expect(record).toMatchObject({ kind: 'permanent', error: { kind: 'permanent', code: 'SomeCode' } });
    expect(record.error?.message).toBe('given up after 7 days: why');
  });

  it.each([
    ['unanswered', '2026-11-22T08:46'],
    ['look-failed', '2026-11-22T08:32'],
    ['changing', '2026-11-22T08:32'],
    ['no-time', '2026-11-22T08:32'],
  ] as const)('has an upload that is unsettled (%s) looked at again at %s', (why, due) => {
    const source = { bucket: 'photos', key: 'avatars/a.jpg' };
    const { key, record } = journalEntry({ source, why, attempts: 1, since: now }, place, now);
    expect(key).toMatch(new RegExp(`^autostyle/due/${due}/[0-9a-f]{64}\\.json$`));
    expect(record).toMatchObject({ kind: 'unsettled', unsettled: why, source });
    expect(key).not.toContain(journalEntry(leftover('transient'), place, now).key.slice(-69));
  });

  it('waits longer each time for what is never answered, for as long as it may still write', () => {
    const source = { bucket: 'photos', key: 'avatars/a.jpg' };
    const entryOf = (attempts: number, at = now) =>
      journalEntry({ source, why: 'unanswered', attempts, since: now }, place, at).record;
    expect([1, 5, 6, 30].map((attempts) => entryOf(attempts).due?.slice(11, 16))).toEqual([
      '08:46',
      '08:47',
      '09:03',
      '14:31',
    ]);
    const week = 7 * 24 * 3_600_000;
    expect(entryOf(30, now + week + 1)).toMatchObject({ kind: 'unsettled', unsettled: 'unanswered' });
    const changing = { source, why: 'changing', attempts: 30, since: now } as const;
    expect(journalEntry(changing, place, now + week + 1).record).toMatchObject({
      kind: 'permanent',
      error: { kind: 'permanent', code: 'Unsettled' },
    });
  });

  it('has one key a job, short whatever the source key is', () => {
    const keyOf = (left: Unfinished, at = now): string => journalEntry(left, place, at).key;
    const long = keyOf(leftover('permanent', 'k'.repeat(1000)));
    expect(long.length).toBeLessThan(200);
    expect(keyOf(leftover('permanent'), now + 999_999)).toBe(keyOf(leftover('permanent')));
    expect(keyOf(leftover('permanent', 'other'))).not.toBe(keyOf(leftover('permanent')));
    const { target: _, ...untargeted } = leftover('permanent').failed;
    const styles = ['a', 'b'].map((style) => keyOf({ ...leftover('permanent'), failed: { ...untargeted, style } }));
    expect(new Set(styles).size).toBe(2);
  });
});

describe('writeEntry', () => {
  const entry = journalEntry(leftover('permanent'), place, now);

  it('puts the record as JSON', async () => {
    const puts: unknown[] = [];
    const oss = {
      putObject: async (put: { body: Uint8Array | string }) => {
        puts.push({ ...put, body: JSON.parse(put.body.toString()) });
        return { etag: 'E', requestId: 'R' };
      },
    };
    expect(await writeEntry(oss, 'photos-journal', entry)).toBeUndefined();
    expect(puts).toMatchObject([
      { bucket: 'photos-journal', key: entry.key, body: JSON.parse(JSON.stringify(entry.record)) },
    ]);
  });

  it('says why it could not write, and lets bugs through', async () => {
    const refused = { status: 404, kind: 'setup', code: 'NoSuchBucket', message: 'no such bucket', requestId: 'R' };
    const putObject = () => Promise.reject(new OssError({ ...refused, kind: 'setup' }));
    expect(await writeEntry({ putObject }, 'b', entry)).toEqual(refused);
    await expect(writeEntry({ putObject: () => Promise.reject(new TypeError('bug')) }, 'b', entry)).rejects.toThrow(
      'bug',
    );
  });
});
