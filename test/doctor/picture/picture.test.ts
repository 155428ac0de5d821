// What became of a picture: the function itself leaves the traces, on an OSS in memory, and they are read back.
import { describe, expect, it, onTestFinished } from 'vitest';
import { answerOf } from '../../../src/doctor/picture/answer.js';
import { examine } from '../../../src/doctor/picture/picture.js';
import { pictureJson, pictureReport } from '../../../src/doctor/picture/report.js';
import { createOss } from '../../../src/oss/client.js';
import { createConnection } from '../../../src/oss/connection.js';
import { resolveEndpoint } from '../../../src/oss/endpoint.js';
import { readEvent, type Upload } from '../../../src/pipeline/event.js';
import { createDetails } from '../../../src/remote/object-details.js';
import { loadConfig } from '../../../src/rules/load.js';
import { accessKey, startOss } from '../../local/oss/fixture.js';
import { type Call, ossError } from '../../support/memory-oss.js';
import { journal, start, world } from '../../support/world.js';

const input = {
  journal,
  rules: [
    {
      name: 'avatars',
      when: { bucket: 'photos', prefix: 'avatars/', suffix: ['.jpg'] },
      outputs: [
        { style: 'image/resize,w_100', to: { bucket: 'out', key: '{key}.100' } },
        { style: 'image/resize,w_200', to: { bucket: 'out', key: '{key}.200' } },
      ],
    },
    {
      name: 'removed',
      when: { bucket: 'photos', prefix: 'removed/' },
      onDelete: 'remove',
      outputs: [{ style: 'image/resize,w_100', to: { bucket: 'mirror', key: 'r/{key}' } }],
    },
    {
      name: 'versions',
      when: { bucket: 'photos', prefix: 'versions/' },
      outputs: [{ style: 'image/resize,w_100', to: { bucket: 'out', key: '{etag}/{key}' } }],
    },
  ],
};

const denied = ossError({
  status: 403,
  kind: 'setup',
  code: 'AccessDenied',
  message: 'AccessDenied: no',
  requestId: 'R1',
});
const busy = ossError({ status: 503, kind: 'transient', code: 'ServiceUnavailable', message: 'later' });

async function picture(key: string, { oss }: ReturnType<typeof world>, config: object = input, minutes = 5) {
  const event = { eventName: 'ObjectCreated:PutObject', oss: { bucket: { name: 'photos' }, object: { key } } };
  const [upload] = readEvent(Buffer.from(JSON.stringify(event))).uploads;
  if (upload === undefined) throw new Error('no upload');
  return examine(upload, {
    config: loadConfig(config, {}),
    region: 'cn-hangzhou',
    oss: oss.oss,
    details: { headers: nothingAsked, tags: nothingAsked },
    concurrency: 3,
    now: start + minutes * 60_000,
    timeout: 300,
  });
}

const nothingAsked = () => Promise.reject(new TypeError('nothing is relayed'));

type Examined = Awaited<ReturnType<typeof picture>>;
const states = ({ derivatives }: Examined) => derivatives.map(({ state }) => state);

describe('a picture', () => {
  it('is done where all its derivatives are there', async () => {
    const one = world();
    await one.run('avatars/a.jpg');
    const found = await picture('avatars/a.jpg', one);
    expect(found.look).toEqual({ state: 'there', bytes: 10, modified: start, etag: 'BYTES OF A' });
    expect(states(found)).toEqual(['saved', 'saved']);
    expect(answerOf(found)).toEqual({
      text: 'both derivatives are there, made since the source was stored',
      well: true,
    });
  });

  it('failed for lack of access: why, of which target, and what to do', async () => {
    const one = world({ failing: ({ target }: Call) => (target?.key.endsWith('.200') ? denied : undefined) });
    await one.run('avatars/a.jpg', 'avatars/b.jpg');
    const found = await picture('avatars/a.jpg', one);
    expect(states(found)).toEqual(['saved', 'missing']);
    expect(found.derivatives.map(({ records }) => records)).toEqual([
      [],
      [
        {
          record: expect.stringMatching(/^autostyle\/failed\/setup\/avatars\/[0-9a-f]{64}/),
          kind: 'setup',
          rule: 'avatars',
          code: 'AccessDenied',
          message: 'AccessDenied: no',
          source: 'oss://photos/avatars/a.jpg',
          target: 'oss://out/avatars/a.jpg.200',
          style: 'image/resize,w_200',
          attempts: 1,
          since: start,
          requestId: 'R1',
          outlived: false,
        },
      ],
    ]);
    expect(answerOf(found)).toEqual({
      text: 'of 2 derivatives, 1 made since the source was stored, 1 missing; failed with AccessDenied',
      well: false,
    });
    const text = pictureReport(found, 10);
    expect(text).toContain(
      '     failed: setup: AccessDenied: no\n       request R1, tried 1×, first at 2026-11-22T00:00:00Z\n',
    );
    expect(text).toContain(
      '→ fix what is wrong, then npm run replay -- --kind setup --rule avatars --code AccessDenied\n',
    );
    expect(JSON.parse(JSON.stringify(pictureJson(found, 10)))).toMatchObject({
      source: 'oss://photos/avatars/a.jpg',
      look: { state: 'there', modified: '2026-11-22T00:00:00.000Z' },
      derivatives: [
        { state: 'saved' },
        { state: 'missing', records: [{ code: 'AccessDenied', since: '2026-11-22T00:00:00.000Z' }] },
      ],
      journal: { place: 'oss://journal/autostyle/', listed: 2, unread: 0 },
      answer: { well: false },
    });
  });

  it('waits for the timer', async () => {
    const one = world({ failing: () => busy });
    await one.run('avatars/a.jpg');
    const found = await picture('avatars/a.jpg', one);
    expect(states(found)).toEqual(['missing', 'missing']);
    expect(answerOf(found).text).toBe('of 2 derivatives, 2 missing; 2 records that the timer runs');
    expect(pictureReport(found, 10)).toContain(
      '→ the timer runs it at 2026-11-22T00:01Z; at once: npm run replay -- --now --kind transient\n',
    );
  });

  it('is looked at again: a record of the source alone', async () => {
    const one = world({ refusing: ({ api }) => (api === 'head' ? busy : undefined) });
    await one.run('avatars/a.jpg');
    const seen = world();
    for (const [uri, object] of one.oss.objects) seen.oss.objects.set(uri, object);
    const found = await picture('avatars/a.jpg', seen);
    expect(states(found)).toEqual(['saved', 'saved']);
    expect(found.records).toMatchObject([{ due: '2026-11-22T00:01Z', kind: 'unsettled', code: 'look-failed' }]);
    expect(answerOf(found).well).toBe(false);
    seen.oss.objects.delete('oss://out/avatars/a.jpg.200');
    const text = pictureReport(await picture('avatars/a.jpg', seen), 10);
    expect(text).toContain('     missing\n     → see what the journal has about the source, below\n');
    expect(text).not.toContain('no record of the journal says why');
  });

  it('is stale where the source was stored later, and nothing says why', async () => {
    const one = world();
    await one.run('avatars/a.jpg');
    one.oss.store('oss://photos/avatars/a.jpg', 'other', start + 5_000);
    const found = await picture('avatars/a.jpg', one, input, 6);
    expect(states(found)).toEqual(['stale', 'stale']);
    expect(answerOf(found)).toEqual({
      text: 'of 2 derivatives, 2 older than the source; the journal holds nothing about it',
      well: false,
    });
    expect(pictureReport(found, 10)).toContain('no record of the journal says why: has its event reached the function');
  });

  it('is taken by no rule: why each does not', async () => {
    const one = world();
    await one.run('avatars/a.png');
    const found = await picture('avatars/a.png', one);
    expect(answerOf(found)).toEqual({ text: 'no rule takes it, so that nothing is made of it', well: true });
    expect(pictureReport(found, 10)).toContain('avatars (rules[0])   suffix: the key does not end with .jpg\n');
  });

  it.each([
    ['avatars/a.jpg', ['kept', 'none'], true, 'of its derivatives, 1 kept, as its rule says'],
    [
      'removed/a.jpg',
      ['left'],
      false,
      'of its derivatives, 1 left though its rule removes it; the journal holds nothing',
    ],
    ['versions/a.jpg', ['unknown'], true, 'or is deleted'],
  ])('is deleted: %s', async (key, expected, well, text) => {
    const one = world();
    for (const made of ['out/avatars/a.jpg.100', 'mirror/r/removed/a.jpg']) one.oss.store(`oss://${made}`, 'made');
    const found = await picture(key, one);
    expect(states(found)).toEqual(expected);
    expect(answerOf(found)).toEqual({ text: expect.stringContaining(text), well });
    expect(one.oss.calls.filter(({ api }) => api !== 'head' && api !== 'list')).toEqual([]);
  });

  it('is not well where no rule takes it, and the journal has a record of it', async () => {
    const one = world({ failing: () => denied });
    await one.run('avatars/a.jpg');
    const [, rule] = input.rules;
    const elsewhere = { ...input, rules: [rule] };
    const found = await picture('avatars/a.jpg', one, elsewhere);
    expect(found.explanation.skipped).toBe('no-rule');
    expect(answerOf(found)).toEqual({
      text: 'no rule takes it any more, and the journal has 2 records of rule avatars; failed with AccessDenied',
      well: false,
    });
    expect(pictureReport(found, 10)).toContain(
      '  → no rule takes it any more: mend the rules, then npm run replay -- --kind setup --rule avatars --code AccessDenied; or',
    );
  });

  it('is well where another version has outlived the failure, or its source is gone', async () => {
    let failing = true;
    const one = world({ failing: () => (failing ? denied : undefined) });
    await one.run('avatars/a.jpg');
    failing = false;
    one.wait(1);
    one.oss.store('oss://photos/avatars/a.jpg', 'another');
    for (const size of ['100', '200']) one.oss.store(`oss://out/avatars/a.jpg.${size}`, 'made of it');
    const again = await picture('avatars/a.jpg', one);
    expect(answerOf(again)).toEqual({
      text: 'both derivatives are there, made since the source was stored',
      well: true,
    });
    expect(pictureReport(again, 10)).toContain('→ done with: the source has changed since; the timer deletes');
    one.oss.objects.delete('oss://photos/avatars/a.jpg');
    expect(answerOf(await picture('avatars/a.jpg', one))).toEqual({
      text: 'there is no such object: it was never stored, or is deleted; of its derivatives, 2 kept, as its rule says',
      well: true,
    });
  });

  it('may still be at work: for as long as the function may run', async () => {
    const one = world();
    one.oss.store('oss://photos/avatars/a.jpg', 'a');
    const young = await picture('avatars/a.jpg', one, input, 4);
    expect(answerOf(young)).toEqual({
      text: 'of 2 derivatives, 2 missing; the function may still be at work: look again at 2026-11-22T00:05Z',
      well: false,
    });
    expect(pictureReport(young, 10)).toContain(
      '→ the source was stored at 2026-11-22T00:00:00Z: the function may still be at work until 2026-11-22T00:05:00Z',
    );
  });

  it('is empty: skipped, and what a rule removes is not to be there', async () => {
    const one = world();
    one.oss.store('oss://photos/avatars/empty.jpg', '');
    expect(answerOf(await picture('avatars/empty.jpg', one))).toEqual({ text: 'it is skipped: empty', well: true });
    one.oss.store('oss://photos/removed/empty.jpg', '');
    const gone = await picture('removed/empty.jpg', one);
    expect(answerOf(gone)).toEqual({ text: 'of 1 derivative, 1 not there, as its rule says', well: true });
    one.oss.store('oss://mirror/r/removed/empty.jpg', 'of the photo before');
    const left = await picture('removed/empty.jpg', one);
    expect(states(left)).toEqual(['left']);
    expect(answerOf(left).well).toBe(false);
  });

  it('names the targets of the version that is there', async () => {
    const one = world();
    one.oss.store('oss://photos/versions/a.jpg', 'abc');
    one.oss.store('oss://out/ABC/versions/a.jpg', 'made');
    const found = await picture('versions/a.jpg', one);
    expect(found.derivatives).toMatchObject([{ target: 'oss://out/ABC/versions/a.jpg', state: 'saved' }]);
  });
});

describe('a picture whose derivatives are relayed', () => {
  const rules = [
    {
      name: 'web',
      when: { bucket: 'photos', prefix: 'in/' },
      outputs: [
        {
          style: 'image/resize,w_100',
          to: { bucket: 'photos-out', key: '{key}.1' },
          headers: { 'Cache-Control': 'max-age=60', 'x-oss-meta-of': '{file}' },
        },
        { style: 'image/resize,w_200', to: { bucket: 'photos-out', key: '{key}.2' }, tags: { of: '{name}', a: ' b' } },
        { style: 'image/resize,w_300', to: { bucket: 'photos-out', key: '{key}.3' } },
      ],
    },
  ];
  const upload = { kind: 'stored', bucket: 'photos', key: 'in/a é.jpg', event: 'ObjectCreated:PutObject' } as const;

  async function relayed() {
    const server = await startOss();
    const connection = createConnection();
    onTestFinished(() => connection.close());
    const shared = {
      endpoint: resolveEndpoint({ region: 'cn-hangzhou', override: `http://127.0.0.1:${server.port}` }),
      region: 'cn-hangzhou',
      credentials: accessKey,
      connection,
      deadline: Number.POSITIVE_INFINITY,
    };
    await server.client().put(upload.key, Buffer.from('a photo'));
    const store = (nth: number, headers: Record<string, string>) =>
      server.client('photos-out').put(`${upload.key}.${nth}`, Buffer.from('made'), { headers });
    const look = () =>
      examine(
        { ...upload, record: { eventName: upload.event } as Upload['record'] },
        {
          config: loadConfig({ journal: 'throw', rules }, {}),
          region: 'cn-hangzhou',
          oss: createOss(shared),
          details: createDetails(shared),
          concurrency: 3,
          now: Date.now() + 3_600_000,
          timeout: 300,
        },
      );
    return { server, store, look };
  }

  const right = [
    { 'Cache-Control': 'max-age=60', 'x-oss-meta-of': 'a%20%C3%A9.jpg' },
    { 'x-oss-tagging': `of=${encodeURIComponent('a é')}&a=%20b` },
    {},
  ];

  it('is done where they have what their rule asks for', async () => {
    const { store, look } = await relayed();
    for (const [at, headers] of right.entries()) await store(at + 1, headers);
    const found = await look();
    expect(found.derivatives.map(({ relayed, details }) => [relayed, details])).toEqual([
      [['cache-control', 'x-oss-meta-of'], { differs: [], unseen: [] }],
      [['tags'], { differs: [], unseen: [] }],
      [undefined, undefined],
    ]);
    expect(answerOf(found)).toEqual({
      text: expect.stringMatching(/^all 3 derivatives are there, .*stored$/),
      well: true,
    });
  });

  it('has those of before: what it has, what its rule asks for, and the way to make it anew', async () => {
    const { store, look } = await relayed();
    await store(1, { 'Cache-Control': 'no-store', 'Content-Language': 'de' });
    await store(2, { 'x-oss-tagging': 'of=x&constructor=y' });
    await store(3, { 'Cache-Control': 'no-store' });
    const found = await look();
    expect(answerOf(found)).toEqual({
      text: 'all 3 derivatives are there, made since the source was stored; 2 with other headers or tags than its rule asks for now',
      well: false,
    });
    const hint =
      "     → made before its rule asked for that, or changed since; it is made anew with npm run reconcile -- 'oss://photos/in/a é.jpg' --force --rule web";
    expect(pictureReport(found, 10).split('\n').slice(4, 22)).toEqual([
      '',
      '  1. image/resize,w_100',
      '     → oss://photos-out/in/a é.jpg.1',
      '     relayed because of cache-control, x-oss-meta-of: sys/saveas cannot do that',
      expect.stringMatching(/^ {5}saved: /),
      '     cache-control: no-store; its rule asks for max-age=60',
      '     x-oss-meta-of: none; its rule asks for a%20%C3%A9.jpg',
      '     content-language: de; its rule asks for none',
      hint,
      '',
      '  2. image/resize,w_200',
      '     → oss://photos-out/in/a é.jpg.2',
      '     relayed because of tags: sys/saveas cannot do that',
      expect.stringMatching(/^ {5}saved: /),
      '     tag of: x; its rule asks for a é',
      '     tag a: none; its rule asks for  b',
      '     tag constructor: y; its rule asks for none',
      hint,
    ]);
  });

  it('are looked at in what is there only, and is of the source as it is now', async () => {
    const { server, store, look } = await relayed();
    await store(1, { 'Cache-Control': 'no-store' });
    // The embedded OSS keeps whole seconds, as OSS does.
    await new Promise((resolve) => setTimeout(resolve, 1_050 - (Date.now() % 1_000)));
    await server.client().put(upload.key, Buffer.from('a newer photo'));
    const found = await look();
    expect(found.derivatives.map(({ state, details }) => [state, details])).toEqual([
      ['stale', undefined],
      ['missing', undefined],
      ['missing', undefined],
    ]);
  });

  it('whose tags may not be seen: that is said', async () => {
    const { server, store, look } = await relayed();
    for (const [at, headers] of right.entries()) await store(at + 1, headers);
    const own = server.oss.keys.get(accessKey.accessKeyId);
    server.oss.keys.set(accessKey.accessKeyId, {
      secret: accessKey.accessKeySecret,
      ...own,
      may: (action) => action !== 'oss:GetObjectTagging',
    });
    const found = await look();
    expect(answerOf(found).well).toBe(false);
    expect(pictureReport(found, 10)).toMatch(/\n {5}its tags could not be looked at: AccessDenied/);
  });
});

describe('the records of a picture', () => {
  const record = (key: string, more: object = {}) =>
    JSON.stringify({
      ...{ version: 1, kind: 'setup', source: { bucket: 'photos', key }, rule: 'avatars' },
      ...{ target: { bucket: 'out', key: `${key}.100` }, error: { kind: 'setup', code: 'X', message: 'm' } },
      ...more,
    });

  it('are found by what they hold, whatever their keys are', async () => {
    const one = world();
    one.oss.store('oss://photos/avatars/a.jpg', 'a');
    const below = 'oss://journal/autostyle/failed/setup/avatars/';
    one.oss.store(`${below}one.json`, record('avatars/a.jpg'));
    one.oss.store(`${below}${'0'.repeat(64)}.${'1'.repeat(64)}.json`, record('avatars/a.jpg'));
    one.oss.store(`${below}other.json`, record('avatars/b.jpg'));
    one.oss.store(
      `${below}other-bucket.json`,
      record('avatars/a.jpg', { source: { bucket: 'b', key: 'avatars/a.jpg' } }),
    );
    one.oss.store(`${below}broken.json`, 'no JSON');
    one.oss.store(`${below}text.json`, record('', { source: 'event:x' }));
    one.oss.store(
      'oss://journal/autostyle/failed/setup/old/t.json',
      record('avatars/a.jpg', { target: { bucket: 'o', key: 'k' } }),
    );
    one.oss.store(
      'oss://journal/autostyle/due/2026-11-22T00:09/odd.json',
      record('avatars/a.jpg', { kind: 7, since: {} }),
    );
    const found = await picture('avatars/a.jpg', one);
    expect(found.derivatives[0]?.records.map(({ due, kind }) => [due, kind])).toEqual([
      ['2026-11-22T00:09Z', 'unknown'],
      [undefined, 'setup'],
      [undefined, 'setup'],
    ]);
    expect(found.records).toMatchObject([{ target: 'oss://o/k' }]);
    expect(found.journal).toMatchObject({ listed: 8, unread: 0 });
  });

  it('are read first among thousands, under the keys of either shape', async () => {
    for (const version of ['', `.${'1'.repeat(64)}`]) {
      const one = world({ failing: () => denied });
      await one.run('avatars/a.jpg');
      const [{ uri } = { uri: '' }] = one.records();
      const text = one.oss.objects.get(uri)?.body ?? '';
      one.oss.objects.delete(uri);
      one.oss.store(uri.replace('.json', `${version}.json`), text);
      const before = 'oss://journal/autostyle/failed/permanent/-/';
      for (let at = 0; at < 2_100; at++) one.oss.store(`${before}${at}.json`, record('avatars/b.jpg'));
      const found = await picture('avatars/a.jpg', one);
      expect(found.derivatives.map(({ records }) => records.length)).toEqual([1, 1]);
      expect(found.journal).toMatchObject({ listed: 2_102, unread: 102 });
      expect(pictureReport(found, 10)).toContain(
        'of the 2102 records of the journal oss://journal/autostyle/, 102 were not read\n',
      );
    }
  });

  it('could not be listed, or not be read: that is said', async () => {
    const refusing = (api: Call['api']) => (call: Call) => (call.api === api ? denied : undefined);
    const unlisted = world({ refusing: refusing('list') });
    unlisted.oss.store('oss://photos/avatars/a.jpg', 'a');
    const one = await picture('avatars/a.jpg', unlisted);
    expect(one.journal).toEqual({ place: 'oss://journal/autostyle/', unseen: 'AccessDenied: no' });
    expect(answerOf(one).text).toBe('of 2 derivatives, 2 missing; the journal could not be looked at');
    unlisted.oss.store('oss://photos/other/a.jpg', 'a');
    expect(answerOf(await picture('other/a.jpg', unlisted))).toEqual({
      text: 'no rule takes it, so that nothing is made of it; the journal could not be looked at',
      well: false,
    });
    const unread = world({ refusing: refusing('get') });
    unread.oss.store('oss://journal/autostyle/failed/setup/avatars/one.json', record('avatars/a.jpg'));
    expect((await picture('avatars/a.jpg', unread)).journal).toMatchObject({ unread: 1, refusal: 'AccessDenied: no' });
  });

  it('are nowhere without a journal', async () => {
    const one = world();
    one.oss.store('oss://photos/avatars/a.jpg', 'a');
    const found = await picture('avatars/a.jpg', one, { ...input, journal: 'throw' });
    expect(answerOf(found).text).toBe('of 2 derivatives, 2 missing; the configuration keeps no journal');
  });
});

it('says what could not be looked at, and counts it as no result', async () => {
  const one = world({ refusing: ({ api, bucket }) => (api === 'head' && bucket === 'out' ? denied : undefined) });
  one.oss.store('oss://photos/avatars/a.jpg', 'a');
  const found = await picture('avatars/a.jpg', one);
  expect(states(found)).toEqual(['unseen', 'unseen']);
  expect(answerOf(found)).toEqual({ text: 'of 2 derivatives, 2 not seen', well: false });
  const blind = await picture('avatars/a.jpg', world({ refusing: () => denied }));
  expect(answerOf(blind)).toEqual({ text: 'the source could not be looked at: AccessDenied: no', well: false });
});

it('prints no key that could move the cursor', async () => {
  const text = pictureReport(await picture('avatars/\u001b[2J\n.jpg', world()), 10);
  expect(text).toContain('oss://photos/avatars/\\u001b[2J\\u000a.jpg\n');
  expect(text).not.toContain('\u001b');
});
