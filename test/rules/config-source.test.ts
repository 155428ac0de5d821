import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/rules/config-error.js';
import { createConfigSource, type ReadObject } from '../../src/rules/config-source.js';

const configText = (rule: string, prefix = `${rule}/`, key = '{key}', bucket: string | undefined = 'out') =>
  JSON.stringify({
    journal: { bucket: 'journal', prefix: 'j/' },
    rules: [
      {
        name: rule,
        when: { bucket: 'photos', prefix },
        outputs: [{ style: 'image/info', to: { ...(bucket && { bucket }), key } }],
      },
    ],
  });
const bundled = JSON.parse(configText('bundled'));
const configUri = 'oss://config-bucket/a b/%2e?x#y+照.json';

type Answer = { text: string; etag?: string } | { fails: object };

/** A source over a clock and an object that the test sets; it answers conditional reads as OSS does. */
function world(uri: string | undefined = configUri, input: unknown = bundled) {
  const state = { now: 1_000_000, answer: { fails: new Error('nothing set') } as Answer };
  const reads: (string | undefined)[][] = [];
  const logs: Readonly<Record<string, unknown>>[] = [];
  const readObject: ReadObject = async (bucket, key, etag) => {
    reads.push([bucket, key, etag]);
    const { answer } = state;
    await Promise.resolve();
    if ('fails' in answer) throw answer.fails;
    return answer.etag !== undefined && answer.etag === etag ? { unchanged: true } : answer;
  };
  const source = createConfigSource({
    uri,
    bundled: input,
    environment: {},
    now: () => state.now,
    log: (entry) => logs.push(entry),
  });
  const event = async () => {
    try {
      return (await source(readObject)).rules[0]?.name;
    } catch (error) {
      if (error instanceof ConfigError) return error.code;
      throw error;
    }
  };
  return { state, reads, logs, source, readObject, event };
}

const minute = 60_000;
const good = (rule: string, etag = `"${rule}"`): Answer => ({ text: configText(rule), etag });
const denied = { fails: Object.assign(new Error('with a token'), { code: 'AccessDenied' }) };

describe('the bundled configuration', () => {
  it('is in force without a URI, validated once, and nothing is read', async () => {
    const { event, reads, source, readObject } = world('');
    // An empty CONFIG_URI is a mistake of the caller, not a wish for the bundled rules.
    expect(await event()).toBe('ConfigUriInvalid');
    const plain = createConfigSource({ bundled, environment: {}, now: () => 0, log: () => {} });
    const first = await plain(readObject);
    expect(first.rules[0]?.name).toBe('bundled');
    expect(await plain(readObject)).toBe(first);
    expect(reads).toEqual([]);
    await expect(source(readObject)).rejects.toThrow('CONFIG_URI');
  });

  it('wrong: every event says so', async () => {
    const plain = createConfigSource({ bundled: { rules: 1 }, environment: {}, now: () => 0, log: () => {} });
    for (let event = 0; event < 3; event += 1) {
      await expect(plain(async () => ({ unchanged: true }))).rejects.toMatchObject({
        name: 'ConfigError',
        issues: [{}, {}],
      });
    }
  });
});

describe('over time', () => {
  interface Step {
    at: number;
    answer?: Answer;
    is: string;
    reads?: number;
    logs?: number;
  }
  const tables: [string, Step[]][] = [
    [
      'read at the first event, looked at again once a minute, changed by ETag',
      [
        { at: 0, answer: good('one'), is: 'one', reads: 1 },
        { at: 1, answer: good('two'), is: 'one', reads: 1 },
        { at: minute - 1, is: 'one', reads: 1 },
        { at: minute, is: 'two', reads: 2 },
        { at: 2 * minute - 1, is: 'two', reads: 2 },
        { at: 2 * minute, is: 'two', reads: 3 },
        { at: 9 * minute, is: 'two', reads: 4 },
      ],
    ],
    [
      'nothing good yet: every event reads and fails, and the bundled one never steps in',
      [
        { at: 0, answer: denied, is: 'ConfigUnreadable', reads: 1 },
        { at: 0, is: 'ConfigUnreadable', reads: 2 },
        { at: 1, answer: { text: '{', etag: '"x"' }, is: 'ConfigInvalid', reads: 3 },
        { at: 2, is: 'ConfigInvalid', reads: 4 },
        { at: 3, answer: { text: '{"rules":[]}', etag: '"x"' }, is: 'ConfigInvalid', reads: 5 },
        { at: 4, answer: good('one', '"x"'), is: 'one', reads: 6, logs: 0 },
        { at: 5, answer: denied, is: 'one', reads: 6 },
      ],
    ],
    [
      'a bad version is logged once and the last good one stays',
      [
        { at: 0, answer: good('one'), is: 'one' },
        { at: minute, answer: { text: 'no json', etag: '"bad"' }, is: 'one', reads: 2, logs: 1 },
        { at: minute + 1, is: 'one', reads: 2, logs: 1 },
        { at: 2 * minute, is: 'one', reads: 3, logs: 1 },
        { at: 3 * minute, answer: { text: '{}', etag: '"bad2"' }, is: 'one', reads: 4, logs: 2 },
        { at: 4 * minute, answer: good('one'), is: 'one', reads: 5, logs: 2 },
        { at: 5 * minute, answer: good('two'), is: 'two', reads: 6, logs: 2 },
      ],
    ],
    [
      'an unreadable version is logged once a minute and the last good one stays',
      [
        { at: 0, answer: good('one'), is: 'one' },
        { at: minute, answer: denied, is: 'one', reads: 2, logs: 1 },
        { at: minute + 5, is: 'one', reads: 2, logs: 1 },
        { at: 2 * minute, is: 'one', reads: 3, logs: 2 },
        { at: 3 * minute, answer: good('one'), is: 'one', reads: 4, logs: 2 },
      ],
    ],
    [
      'a version that reaches what the deployed rules listen to is a bad one, whatever it replaces',
      [
        {
          at: 0,
          answer: { text: configText('two', 'two/', 'bundled/{file}', 'photos'), etag: '"1"' },
          is: 'ConfigInvalid',
        },
        { at: 1, answer: good('one'), is: 'one', logs: 0 },
        {
          at: minute + 1,
          answer: { text: configText('two', 'two/', 'bundled/{file}', ''), etag: '"2"' },
          is: 'one',
          logs: 1,
        },
        {
          at: 2 * minute + 1,
          answer: { text: configText('two', 'two/', 'one/{file}', ''), etag: '"3"' },
          is: 'two',
          logs: 1,
        },
      ],
    ],
    [
      'without ETags: by the text',
      [
        { at: 0, answer: { text: configText('one') }, is: 'one' },
        { at: minute, is: 'one', reads: 2, logs: 0 },
        { at: 2 * minute, answer: { text: 'bad' }, is: 'one', logs: 1 },
        { at: 3 * minute, is: 'one', reads: 4, logs: 1 },
        { at: 4 * minute, answer: { text: configText('two') }, is: 'two', reads: 5, logs: 1 },
      ],
    ],
    [
      'a clock that is set back does not postpone the next look',
      [
        { at: 0, answer: good('one'), is: 'one', reads: 1 },
        { at: -100 * minute, answer: good('two'), is: 'two', reads: 2 },
        { at: -100 * minute + 1, is: 'two', reads: 2 },
      ],
    ],
  ];
  it.each(tables)('%s', async (_, steps) => {
    const { state, reads, logs, event } = world();
    const start = state.now;
    for (const { at, answer, is, reads: count, logs: lines } of steps) {
      state.now = start + at;
      if (answer !== undefined) state.answer = answer;
      expect({ at, is: await event() }).toEqual({ at, is });
      if (count !== undefined) expect({ at, reads: reads.length }).toEqual({ at, reads: count });
      if (lines !== undefined) expect({ at, logs: logs.length }).toEqual({ at, logs: lines });
    }
  });

  it('the key is taken as it is written, and reads are conditional on the version last seen', async () => {
    const { state, reads, event } = world();
    state.answer = good('one');
    await event();
    state.now += minute;
    state.answer = { text: 'bad', etag: '"bad"' };
    await event();
    state.now += minute;
    await event();
    expect(reads).toEqual([
      ['config-bucket', 'a b/%2e?x#y+照.json', undefined],
      ['config-bucket', 'a b/%2e?x#y+照.json', '"one"'],
      ['config-bucket', 'a b/%2e?x#y+照.json', '"bad"'],
    ]);
  });

  it('an unchanged version is the same object, so that what is made of it can be kept', async () => {
    const { state, source, readObject } = world();
    state.answer = good('one');
    const first = await source(readObject);
    state.now += minute;
    expect(await source(readObject)).toBe(first);
  });

  it('concurrent events share one read, its result and its failure', async () => {
    const { state, reads, event } = world();
    state.answer = denied;
    expect(await Promise.all([event(), event(), event()])).toEqual([
      'ConfigUnreadable',
      'ConfigUnreadable',
      'ConfigUnreadable',
    ]);
    expect(reads).toHaveLength(1);
    state.answer = good('one');
    expect(await Promise.all([event(), event()])).toEqual(['one', 'one']);
    expect(reads).toHaveLength(2);
    state.now += minute;
    state.answer = good('two');
    expect(await Promise.all([event(), event()])).toEqual(['two', 'two']);
    expect(reads).toHaveLength(3);
  });
});

describe('errors', () => {
  it('unreadable: the URI, the code, the cause; not its words', async () => {
    const { state, source, readObject } = world();
    state.answer = denied;
    const error = await source(readObject).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({ name: 'ConfigError', code: 'ConfigUnreadable', cause: denied.fails, issues: [] });
    expect(String(error)).toContain(`${configUri} could not be read: AccessDenied`);
    expect(String(error)).not.toContain('token');
  });

  it.each([[new Error('x')], ['text'], [null], [undefined], [{ code: 7 }]])(
    'a reader may reject with %j',
    async (fails) => {
      const { state, event } = world();
      state.answer = { fails: fails as object };
      expect(await event()).toBe('ConfigUnreadable');
    },
  );

  it('"unchanged" to a first read is no answer', async () => {
    const { source } = world();
    await expect(source(async () => ({ unchanged: true }))).rejects.toMatchObject({ code: 'ConfigUnreadable' });
  });

  it('a kept version is logged with what was wrong', async () => {
    const { state, logs, event } = world();
    state.answer = good('one');
    await event();
    state.now += minute;
    state.answer = { text: '{"journal":"throw","rules":[],"x":1}', etag: '"bad"' };
    await event();
    expect(logs).toMatchObject([{ level: 'error', event: 'config-kept', uri: configUri, code: 'ConfigInvalid' }]);
    expect(logs[0]?.['message']).toContain('x: unknown key');
  });

  it.each([
    ['not JSON', '{"a":', /is not JSON/],
    ['empty', '', /is not JSON/],
    ['two levels of JSON', JSON.stringify(configText('x')), /expected an object with journal, rules/],
    ['too large', `${' '.repeat(8_000_000)}{}`, /more than 8000000 bytes/],
    ['too large in bytes', `"${'照'.repeat(2_700_000)}"`, /more than 8000000 bytes/],
    ['deep', '['.repeat(1_000_000), /JSON|object/],
    [
      'deep and closed',
      `${'[{"a":'.repeat(100_000)}1${'}]'.repeat(100_000)}`,
      /expected an object with journal, rules, got a list of 1/,
    ],
    ['a prototype', '{"__proto__":{"rules":[]},"journal":"throw","rules":[]}', /__proto__: unknown key/],
  ])('text: %s', async (_, text, message) => {
    const { state, source, readObject } = world();
    state.answer = { text };
    await expect(source(readObject)).rejects.toMatchObject({ name: 'ConfigError', code: 'ConfigInvalid' });
    await expect(source(readObject)).rejects.toThrow(message);
  });

  it('a byte order mark is no mistake', async () => {
    const { state, event } = world();
    state.answer = { text: `\uFEFF${configText('one')}` };
    expect(await event()).toBe('one');
  });

  it.each([
    'config.json',
    'oss://',
    'oss://bucket',
    'oss://bucket/',
    'oss://bucket/folder/',
    'oss:///key.json',
    'oss://Bucket/key.json',
    'oss://photos-ossalias/key.json',
    'oss://photos-opapalias/key.json',
    'oss://bucket//key.json',
    'oss://bucket/a/../key.json',
    'oss://bucket/\ud800',
    `oss://bucket/${'x'.repeat(1024)}`,
    'file://host/config.json',
    'file:///a%2fb',
    'file:///a?b',
    'https://bucket.oss-cn-hangzhou.aliyuncs.com/key.json?Signature=abc',
  ])('no URI: %s', async (uri) => {
    const { event, source, readObject, reads } = world(uri);
    expect(await event()).toBe('ConfigUriInvalid');
    await expect(source(readObject)).rejects.toThrow(/^CONFIG_URI/);
    await expect(source(readObject)).rejects.not.toThrow(/Signature/);
    expect(reads).toEqual([]);
  });
});

describe('file:///', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'autostyle rules '));
  afterAll(() => rm(folder, { recursive: true }));

  it('is read from disk until it has been good, and never again: it is what is deployed', async () => {
    const path = join(folder, 'config é.json');
    const { state, event, logs } = world(pathToFileURL(path).href);
    expect(await event()).toBe('ConfigUnreadable');
    await writeFile(path, 'broken');
    expect(await event()).toBe('ConfigInvalid');
    await writeFile(path, configText('one'));
    expect(await event()).toBe('one');
    for (const write of [() => writeFile(path, configText('two')), () => writeFile(path, 'broken'), () => rm(path)]) {
      await write();
      state.now += minute;
      expect(await event()).toBe('one');
    }
    expect(logs).toEqual([]);
  });
});
