import { describe, expect, it } from 'vitest';
import { listRecords, readWantedRecord, recordFilter } from '../../src/replay/records.js';
import { memoryOss, ossError } from '../support/memory-oss.js';

const place = { bucket: 'a-journal', prefix: 'autostyle/' };
const now = Date.parse('2026-11-22T08:31:40Z');
const under = (key: string) => `oss://a-journal/autostyle/${key}`;

describe('listRecords', () => {
  const world = memoryOss(() => now);
  const listed = (flags: Parameters<typeof recordFilter>[0], at = now) =>
    listRecords(() => world.oss, place, recordFilter(flags), at);
  for (const minute of ['08:30', '08:31', '08:32', '09:00'])
    world.store(under(`due/2026-11-22T${minute}/a.json`), '{}');
  for (const kind of ['setup/thumbs', 'setup/thumbs2', 'permanent/-'])
    world.store(under(`failed/${kind}/a.json`), '{}');

  it.each(['transient', 'unsettled'])(
    'takes of %s ones those whose minute has come, and counts the others',
    async (kind) => {
      expect(await listed({ kind })).toEqual({
        keys: ['autostyle/due/2026-11-22T08:30/a.json', 'autostyle/due/2026-11-22T08:31/a.json'],
        notDue: { count: 2, next: '2026-11-22T08:32Z' },
      });
      expect((await listed({ kind }, Date.parse('2026-11-22T08:31:59.999Z'))).keys).toHaveLength(2);
      expect((await listed({ kind }, Date.parse('2026-11-22T08:32:00Z'))).keys).toHaveLength(3);
      expect(await listed({ kind }, Date.parse('2026-11-23'))).toMatchObject({ notDue: { count: 0 } });
    },
  );

  it('takes what is not due as well, or nothing else', async () => {
    const keys = ['08:30', '08:31', '08:32', '09:00'].map((minute) => `autostyle/due/2026-11-22T${minute}/a.json`);
    expect(await listed({ now: true })).toEqual({ keys });
    expect(await listed({ 'not-due': true })).toEqual({ keys: keys.slice(2) });
    expect(await listed({ 'not-due': true, now: true, kind: 'unsettled' })).toEqual({ keys: keys.slice(2) });
  });

  it('takes what failed by kind and rule', async () => {
    const permanent = 'autostyle/failed/permanent/-/a.json';
    const thumbs = 'autostyle/failed/setup/thumbs/a.json';
    expect(await listed({})).toEqual({ keys: [thumbs, 'autostyle/failed/setup/thumbs2/a.json', permanent] });
    expect(await listed({ rule: 'thumbs' })).toEqual({ keys: [thumbs] });
    expect(await listed({ kind: 'permanent' })).toEqual({ keys: [permanent] });
  });

  it('lists more than a page, each with a client of its own', async () => {
    const many = memoryOss(() => now);
    for (let n = 0; n < 2_001; n++) many.store(under(`failed/setup/r/${n}.json`), '{}');
    let clients = 0;
    const client = () => {
      clients += 1;
      return many.oss;
    };
    const { keys } = await listRecords(client, place, recordFilter({ kind: 'setup' }), now);
    expect([new Set(keys).size, clients]).toEqual([2_001, 3]);
  });
});

describe('readWantedRecord', () => {
  const event = {
    eventName: 'ObjectCreated:PutObject',
    oss: { bucket: { name: 'photos' }, object: { key: 'a.jpg' } },
  };
  const record = (more: object) =>
    JSON.stringify({ version: 1, event, attempts: 1, since: '2026-11-22T08:00:00Z', ...more });
  const world = memoryOss(
    () => now,
    ({ key }) =>
      key.endsWith('hidden.json') ? ossError({ status: 403, kind: 'setup', code: 'AccessDenied' }) : undefined,
  );
  const failed = 'autostyle/failed/setup/thumbs/a.json';
  const due = 'autostyle/due/2026-11-22T08:30/a.json';
  world.store(`oss://a-journal/${failed}`, record({ kind: 'setup', rule: 'thumbs', error: { code: 'AccessDenied' } }));
  world.store(`oss://a-journal/${due}`, record({ kind: 'transient' }));
  world.store(under('failed/setup/thumbs/broken.json'), '{');
  world.store(under('failed/permanent/-/foreign.json'), '{"error":{"code":"ForeignSource"}}');
  const read = (key: string, flags: Parameters<typeof recordFilter>[0] = {}) =>
    readWantedRecord(world.oss, place, key, recordFilter(flags), now);

  it.each([
    [{}, failed, true],
    [{ code: 'AccessDenied' }, failed, true],
    [{ code: 'NoSuchBucket' }, failed, false],
    [{ rule: 'thumbs' }, failed, true],
    [{ rule: 'others' }, failed, false],
    [{ since: '2026-11-22T08:00Z' }, failed, true],
    [{ since: '2026-11-22T08:01Z' }, failed, false],
    [{ kind: 'transient' }, due, true],
    [{ kind: 'unsettled' }, due, false],
    [{ code: 'ForeignSource' }, 'autostyle/failed/permanent/-/foreign.json', true],
    [{ code: 'NoSuchBucket' }, 'autostyle/failed/permanent/-/foreign.json', false],
  ])('holds a record against %o: %s %s', async (flags, key, wanted) => {
    expect((await read(key, flags)) !== undefined).toBe(wanted);
  });

  it('reports what cannot be understood or read, and nothing of what is gone', async () => {
    const flags = { code: 'NoSuchBucket' };
    expect(await read('autostyle/failed/setup/thumbs/broken.json', flags)).toHaveProperty('problem');
    expect(await read('autostyle/failed/setup/hidden.json', flags)).toMatchObject({
      unread: 'autostyle/failed/setup/hidden.json',
      error: { code: 'AccessDenied' },
    });
    expect(await read('autostyle/failed/setup/gone.json')).toBeUndefined();
  });
});
