// The journal and the timer over the studio's interface, with the built function behind them.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LocalCloud } from '../../../../src/local/cloud.js';
import { localClient } from '../../../../src/local/samples/objects.js';
import { samplePhotos } from '../../../../src/local/samples.js';
import type { StudioJournal } from '../../../../src/local/studio/journal-tools.js';
import { shippedConfig } from '../../../support/shipped.js';
import { type StudioCaller, startStudio, studioCaller } from '../../../support/studio.js';

let cloud: LocalCloud;
let studio: StudioCaller;
const ask = async <Answer>(line: string, body?: object) => (await studio.call<Answer>(line, body)).answer;
const journal = () => ask<StudioJournal>('GET journal');

beforeAll(async () => {
  cloud = await startStudio({ runTimers: false });
  studio = await studioCaller(cloud);
});
afterAll(() => cloud?.close());

it('lists what has failed, and runs it again once it is repaired', async () => {
  const client = localClient(cloud.url, 'photos');
  await client.put('avatars/a.jpg', Buffer.from('no picture'));
  await cloud.idle();
  const before = await journal();
  expect(before.where).toBe('oss://photos-journal/autostyle/');
  expect(before.groups.due).toEqual({ count: 0, more: false, records: [] });
  const { records } = before.groups.permanent;
  const about = { kind: 'permanent', code: 'BadRequest', rule: 'avatars', source: 'oss://photos/avatars/a.jpg' };
  const targets = ['oss://photos-out/avatars/a.jpg.128.webp', 'oss://photos-out/square/avatars/a.jpg'];
  const expected = targets.map((target) => ({ ...about, target, attempts: 1, early: false }));
  expect([...records].sort((a, b) => (a.target ?? '').localeCompare(b.target ?? ''))).toMatchObject(expected);
  const keys = records.map(({ record }) => record);
  const failed = await ask('POST journal-run', { keys });
  const left = keys.map((record) => ({ record, why: 'failed' }));
  expect(failed).toMatchObject({ records: 2, saved: 0, failed: 2, left: expect.arrayContaining(left) });
  expect((await journal()).groups.permanent.count).toBe(2);

  const [logo] = await samplePhotos(new Set(['logo.png']));
  await client.put('avatars/a.jpg', logo?.body ?? Buffer.alloc(0));
  await cloud.idle();
  expect(await ask('POST journal-run', { keys })).toMatchObject({ records: 2, failed: 0, left: [] });
  expect((await journal()).groups.permanent.count).toBe(0);
});

it('fires the timer, which runs what is due; what is not due yet is run when asked, and never discarded', async () => {
  const records = localClient(cloud.url, 'photos-journal');
  const photos = localClient(cloud.url, 'photos');
  const [logo] = await samplePhotos(new Set(['logo.png']));
  await photos.put('avatars/b.png', logo?.body ?? Buffer.alloc(0));
  await cloud.idle();
  const event = {
    eventName: 'ObjectCreated:PutObject',
    oss: { bucket: { name: 'photos' }, object: { key: 'avatars/b.png' } },
  };
  const body = Buffer.from(
    JSON.stringify({
      version: 2,
      kind: 'transient',
      event: { eventSource: 'acs:oss', eventTime: '2026-11-22T08:30:00.000Z', ...event },
      source: { bucket: 'photos', key: 'avatars/b.png' },
      error: { kind: 'transient', code: 'ServiceUnavailable', message: 'busy' },
      attempts: 2,
      since: '2026-11-22T08:30:00.000Z',
    }),
  );
  await records.put('autostyle/due/2026-11-22T08:31/one.json', body);
  const early = 'autostyle/due/2999-01-01T00:00/two.json';
  await records.put(early, body);
  const { due } = (await journal()).groups;
  expect(due.records.map(({ early, due }) => [early, due])).toEqual([
    [false, '2026-11-22T08:31Z'],
    [true, '2999-01-01T00:00Z'],
  ]);

  expect(await ask('POST tick', {})).toEqual({ requests: [expect.any(String)] });
  await cloud.idle();
  expect((await journal()).groups.due.records.map(({ record }) => record)).toEqual([early]);
  const why = 'it is not due yet: a late write may still come';
  expect(await ask('POST journal-discard', { keys: [early] })).toEqual({
    discarded: 0,
    left: [{ record: early, why }],
  });
  expect(await ask('POST journal-run', { keys: [early] })).toMatchObject({ records: 1, saved: 2, left: [] });
  expect((await journal()).groups.due.count).toBe(0);
});

it('shows and discards what cannot be read, and touches nothing but records', async () => {
  const records = localClient(cloud.url, 'photos-journal');
  const broken = 'autostyle/failed/permanent/-/broken.json';
  await records.put(broken, Buffer.from('<script>alert(1)</script>'));
  await records.put('precious.json', Buffer.from('{}'));
  const { permanent } = (await journal()).groups;
  expect(permanent.records).toMatchObject([
    { record: broken, code: 'MalformedRecord', problem: 'is no journal record' },
  ]);
  const keys = [broken, 'precious.json', 'autostyle/sweeps/1/sweep.json'];
  const why = 'it is no record of this journal';
  const left = keys.slice(1).map((record) => ({ record, why }));
  expect(await ask('POST journal-discard', { keys })).toEqual({ discarded: 1, left });
  expect((await journal()).groups.permanent.count).toBe(0);
  expect((await records.head('precious.json')).status).toBe(200);
});

it('says that the rules keep no journal', async () => {
  const other = await startStudio({ config: { ...shippedConfig, journal: 'throw' } });
  const { call } = await studioCaller(other);
  expect((await call<StudioJournal>('GET journal')).answer.where).toBeUndefined();
  await other.close();
});
