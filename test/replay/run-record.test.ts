import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { journalEntry } from '../../src/journal/record.js';
import { duePrefix } from '../../src/journal/record-name.js';
import { createOss, type Oss } from '../../src/oss/client.js';
import { type Connection, createConnection, type WireRequest } from '../../src/oss/connection.js';
import { resolveEndpoint } from '../../src/oss/endpoint.js';
import { readEvent } from '../../src/pipeline/event.js';
import { indexRules } from '../../src/pipeline/match.js';
import type { Unsettled } from '../../src/pipeline/settle.js';
import { listRecords, recordFilter } from '../../src/replay/records.js';
import { runRecords } from '../../src/replay/run-record.js';
import { loadConfig } from '../../src/rules/load.js';
import { accessKey, startOss } from '../local/oss/fixture.js';
import { memoryOss, ossError } from '../support/memory-oss.js';

const journal = { bucket: 'a-journal', prefix: 'autostyle/' };
const rulesWith = (more: object) => {
  const output = { style: 'image/resize,w_10', to: { bucket: 'photos-out', key: '{key}' }, ...more };
  return loadConfig({ journal, rules: [{ name: 'thumbs', when: { bucket: 'photos' }, outputs: [output] }] }, {}).rules;
};
const rules = rulesWith({});
const photo = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#369' } })
  .jpeg()
  .toBuffer();
const key = 'autostyle/failed/setup/thumbs/a.json';
const record = JSON.stringify({
  version: 1,
  kind: 'setup',
  rule: 'thumbs',
  event: {
    eventName: 'ObjectCreated:PutObject',
    eventTime: '2026-11-22T08:00:00.000Z',
    oss: { bucket: { name: 'photos' }, object: { key: 'a.jpg', eTag: 'A', size: 9 } },
  },
  source: { bucket: 'photos', key: 'a.jpg' },
  attempts: 1,
  since: '2026-11-22T08:00:00.000Z',
});
const replaying = { index: indexRules(rules), journal, filter: recordFilter({}) };

describe('runRecords', () => {
  it('relays, by the rules in force: what failed before its rule asked for headers and tags', async () => {
    const { oss: server, port, client } = await startOss();
    server.createBucket(journal.bucket);
    await client('photos').put('a.jpg', photo);
    await client(journal.bucket).put(key, Buffer.from(record));
    const connection = createConnection();
    onTestFinished(() => connection.close());
    const shared = { region: 'cn-hangzhou', credentials: accessKey, connection };
    const endpoint = resolveEndpoint({ region: 'cn-hangzhou', override: `http://127.0.0.1:${port}` });
    const relaying = rulesWith({ headers: { 'Cache-Control': 'max-age=60' }, tags: { of: '{name}' } });
    const [replayed] = await runRecords([key], {
      ...{ index: indexRules(relaying), journal, filter: recordFilter({}), now: Date.now },
      until: (deadline) => createOss({ ...shared, endpoint, deadline }),
    });
    expect(replayed).toMatchObject({ outcomes: [{ status: 'saved' }], left: undefined });
    const { res } = await client('photos-out').head('a.jpg');
    expect((res.headers as Record<string, string>)['cache-control']).toBe('max-age=60');
    expect((await client('photos-out').getObjectTagging('a.jpg')).tag).toEqual({ of: 'a' });
    expect((await client(journal.bucket).listV2({ 'max-keys': '9' })).objects ?? []).toEqual([]);
  });

  it('ends after 5 minutes when OSS throttles, and leaves the record to the timer, in time for late writes', async () => {
    const { oss: server, port, client } = await startOss();
    server.createBucket(journal.bucket);
    await client('photos').put('a.jpg', Buffer.from('an image'));
    await client(journal.bucket).put(key, Buffer.from(record));
    const begun = Date.now();
    let now = begun;
    const dues: string[] = [];
    let last = 0;
    const real = createConnection();
    onTestFinished(() => real.close());
    const connection: Connection = {
      ...real,
      async send(request: WireRequest) {
        const [, due] = /due\/(.{16})\//.exec(decodeURIComponent(request.path)) ?? [];
        if (due !== undefined && request.method === 'PUT') dues.push(`${due}Z`);
        if (request.method !== 'POST') return real.send(request);
        last = now;
        const body = '<Error><Code>QpsLimitExceeded</Code><Message>slow down</Message><RequestId>R</RequestId></Error>';
        return { status: 503, headers: {}, body: Buffer.from(body) };
      },
    };
    const until = (deadline: number): Oss =>
      createOss({
        endpoint: resolveEndpoint({ region: 'cn-hangzhou', override: `http://127.0.0.1:${port}` }),
        region: 'cn-hangzhou',
        credentials: accessKey,
        connection,
        deadline,
        now: () => now,
        sleep: async (ms) => {
          now += ms;
          if (now - begun > 3_600_000) throw new Error('it does not end');
        },
      });
    const replayed = await runRecords([key], { ...replaying, until, now: () => now });
    const error = { kind: 'transient', code: 'QpsLimitExceeded' };
    expect(replayed).toMatchObject([{ outcomes: [{ status: 'failed', error }], left: 'failed', unreadable: false }]);
    expect(last - begun).toBeGreaterThan(4 * 60_000);
    expect(last - begun).toBeLessThanOrEqual(5 * 60_000);
    // The claim, which is forgotten again, and what is left.
    expect(dues).toHaveLength(2);
    expect(Date.parse(dues[0] ?? '') - last).toBeGreaterThanOrEqual(15 * 60_000);
    const { objects = [] } = await client(journal.bucket).listV2({ 'max-keys': '9' });
    expect(objects.map(({ name }) => name)).toEqual([
      expect.stringContaining(`${duePrefix(journal)}${dues[1]?.slice(0, 16)}/`),
    ]);
  });

  it('reports that a record stays which was rewritten meanwhile', async () => {
    const world = memoryOss(
      () => 0,
      ({ api }, { store }) => {
        if (api === 'process') store(`oss://a-journal/${key}`, `${record} `);
        return undefined;
      },
    );
    world.store('oss://photos/a.jpg', 'A');
    world.store(`oss://a-journal/${key}`, record);
    const replayed = await runRecords([key], { ...replaying, until: () => world.oss, now: () => 0 });
    expect(replayed).toMatchObject([{ outcomes: [{ status: 'saved' }], left: 'it was rewritten meanwhile' }]);
    expect(world.keys('oss://a-journal/')).toEqual([`oss://a-journal/${key}`]);
  });

  it('runs the records of several versions of one source as one, and deletes them all', async () => {
    const world = memoryOss(() => 0);
    const keys = ['b', 'c.1', 'c.2'].map((name) => `autostyle/failed/setup/thumbs/${name}.json`);
    world.store('oss://photos/a.jpg', 'A');
    for (const [at, one] of keys.entries()) {
      world.store(`oss://a-journal/${one}`, record.replaceAll('08:00:00', `08:00:0${at}`));
    }
    const replayed = await runRecords(keys, { ...replaying, until: () => world.oss, now: () => 0 });
    expect(replayed.map(({ record: one, outcomes: [outcome], left }) => [one, outcome?.status, left])).toEqual([
      [keys[2], 'saved', undefined],
      [keys[1], 'skipped', undefined],
      [keys[0], 'skipped', undefined],
    ]);
    expect(world.calls.filter(({ api }) => api === 'process')).toHaveLength(1);
    expect(world.keys('oss://a-journal/')).toEqual([]);
  });

  it.each<[string, readonly (readonly [version: string, why: Unsettled])[], number, object]>([
    [
      'runs the newest before its time, and keeps another that is unanswered until then',
      [
        ['A', 'unanswered'],
        ['B', 'look-failed'],
      ],
      0,
      { reports: ['saved', 'waits until 2026-11-22T08:15Z'], left: ['08:15'] },
    ],
    [
      'keeps all that are unanswered until their time',
      [
        ['A', 'unanswered'],
        ['B', 'unanswered'],
      ],
      0,
      { reports: ['saved, waits until 2026-11-22T08:15Z', 'waits until 2026-11-22T08:15Z'], left: ['08:15', '08:15'] },
    ],
    [
      'deletes what is not early unanswered',
      [
        ['A', 'look-failed'],
        ['B', 'unanswered'],
      ],
      0,
      { reports: ['saved, waits until 2026-11-22T08:15Z', 'outlived'], left: ['08:15'] },
    ],
    [
      'runs all as one when they are due',
      [
        ['A', 'unanswered'],
        ['B', 'look-failed'],
        ['C', 'unanswered'],
      ],
      16,
      { reports: ['saved', 'outlived', 'outlived'], left: [] },
    ],
  ])('%s', async (_, written, minutes, expected) => {
    const start = Date.parse('2026-11-22T08:00:00Z');
    const now = start + minutes * 60_000;
    const world = memoryOss(() => now);
    world.store('oss://photos/a.jpg', 'C', start);
    for (const [at, [eTag, why]] of written.entries()) {
      const event = {
        eventName: 'ObjectCreated:PutObject',
        eventTime: new Date(start - 9_000 + at).toISOString(),
        oss: { bucket: { name: 'photos' }, object: { key: 'a.jpg', eTag, size: 9 } },
      };
      const [upload] = readEvent(Buffer.from(JSON.stringify(event))).uploads;
      const source = { bucket: 'photos', key: 'a.jpg' };
      const since = start - 9_000 + at;
      const entry = journalEntry({ event: upload?.record, attempts: 1, since, source, why }, journal, start);
      world.store(`oss://a-journal/${entry.key}`, JSON.stringify(entry.record));
    }
    const filter = recordFilter(minutes === 0 ? { now: true } : { kind: 'unsettled' });
    const { keys } = await listRecords(() => world.oss, journal, filter, now);
    expect(keys).toHaveLength(written.length);
    const replayed = await runRecords(keys, { ...replaying, filter, until: () => world.oss, now: () => now });
    const reports = replayed.map(({ outcomes, left, waits }) => {
      const ends = outcomes.map((outcome) => ('reason' in outcome ? outcome.reason : outcome.status));
      return [...ends, ...(left ? [`left: ${left}`] : []), ...(waits ? [`waits ${waits.split(': ')[0]}`] : [])].join(
        ', ',
      );
    });
    const left = world.keys('oss://a-journal/').map((uri) => /T(.{5})\//.exec(uri)?.[1]);
    expect({ reports, left }).toEqual(expected);
  });

  it('says of each why it stays: that it was rewritten, that it could not be deleted', async () => {
    const keys = ['c.1', 'c.2', 'c.3'].map((name) => `autostyle/failed/setup/thumbs/${name}.json`);
    const world = memoryOss(
      () => 0,
      ({ api, key: at }, { store }) => {
        if (api === 'process') store(`oss://a-journal/${keys[0]}`, `${record} `);
        return api === 'delete' && at === keys[1] ? ossError({ message: 'no' }) : undefined;
      },
    );
    world.store('oss://photos/a.jpg', 'A');
    for (const [at, one] of keys.entries()) {
      world.store(`oss://a-journal/${one}`, record.replaceAll('08:00:00', `08:00:0${at}`));
    }
    const replayed = await runRecords(keys, { ...replaying, until: () => world.oss, now: () => 0 });
    expect(replayed.map(({ record: one, left }) => [one, left])).toEqual([
      [keys[2], undefined],
      [keys[1], 'the journal cannot be deleted from: no'],
      [keys[0], 'it was rewritten meanwhile'],
    ]);
    expect(world.keys('oss://a-journal/')).toEqual(keys.slice(0, 2).map((one) => `oss://a-journal/${one}`));
  });

  it('leaves all of them where no rule takes their source', async () => {
    const world = memoryOss(() => 0);
    const keys = ['c.1', 'c.2'].map((name) => `autostyle/failed/setup/thumbs/${name}.json`);
    world.store('oss://other-photos/a.jpg', 'A', Date.parse('2026-11-22T08:00:00Z'));
    for (const one of keys) world.store(`oss://a-journal/${one}`, record.replaceAll('"photos"', '"other-photos"'));
    const replayed = await runRecords(keys, { ...replaying, until: () => world.oss, now: () => 0 });
    expect(replayed.map(({ left }) => left)).toEqual(['failed', 'failed']);
    expect(world.keys('oss://a-journal/')).toHaveLength(2);
  });

  it.each([
    ['what no rule takes', record.replaceAll('"photos"', '"other-photos"'), 'NoRule'],
    ['what it does not understand', '{', 'MalformedRecord'],
  ])('fails with %s, and leaves it as it is', async (_, body, code) => {
    const world = memoryOss(() => 0);
    world.store('oss://other-photos/a.jpg', 'A', Date.parse('2026-11-22T08:00:00Z'));
    world.store(`oss://a-journal/${key}`, body);
    const replayed = await runRecords([key], { ...replaying, until: () => world.oss, now: () => 0 });
    expect(replayed).toMatchObject([{ outcomes: [{ status: 'failed', error: { code } }], left: 'failed' }]);
    expect(world.keys('oss://a-journal/')).toEqual([`oss://a-journal/${key}`]);
    expect(world.objects.get(`oss://a-journal/${key}`)?.body).toBe(body);
  });
});
