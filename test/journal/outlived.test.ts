import { describe, expect, it } from 'vitest';
import { clear } from '../../src/journal/outlived.js';
import { readJournalRecord } from '../../src/journal/read.js';
import { journalEntry, writeEntry } from '../../src/journal/record.js';
import { replayRecord } from '../../src/journal/run.js';
import { readEvent } from '../../src/pipeline/event.js';
import { indexRules } from '../../src/pipeline/match.js';
import { loadConfig } from '../../src/rules/load.js';
import { type Call, ossError } from '../support/memory-oss.js';
import { journal, shortened, start, world } from '../support/world.js';

const refused = () => ossError({ kind: 'permanent', status: 400, code: 'ImageTooLarge', requestId: 'R' });
const uri = (key: string) => `oss://journal/${key}`;

/** Uploads that fail for good: one record for each of the two outputs. */
async function failed(options: Parameters<typeof world>[0] = {}) {
  let bad = true;
  const one = world({ failing: (call) => (bad ? refused() : options.failing?.(call)), ...options });
  await one.run('avatars/a.jpg');
  expect(one.records()).toHaveLength(2);
  return {
    ...one,
    mend: () => {
      bad = false;
    },
    source: 'oss://photos/avatars/a.jpg',
  };
}

const removing = indexRules(
  loadConfig(
    {
      journal,
      rules: [
        {
          name: 'avatars',
          when: { bucket: 'photos', prefix: 'avatars/' },
          onDelete: 'remove',
          outputs: ['100', '200'].map((width) => {
            return { style: `image/resize,w_${width}`, to: { bucket: 'out', key: `{key}.${width}` } };
          }),
        },
      ],
    },
    {},
  ).rules,
);

describe('a failure on record', () => {
  it('is deleted by a tick with nothing due, once its source is gone', async () => {
    const { oss, tick, records, source } = await failed();
    expect(await tick()).toMatchObject({ skipped: 1, results: [{ reason: 'nothing-due' }] });
    expect(records()).toHaveLength(2);
    oss.objects.delete(source);
    expect(await tick()).toMatchObject({
      skipped: 2,
      results: [
        { source: 'oss://photos/avatars/a.jpg', reason: 'outlived', rule: 'avatars', target: expect.any(String) },
        { source: 'oss://photos/avatars/a.jpg', reason: 'outlived' },
      ],
    });
    expect(records()).toEqual([]);
  });

  it('is deleted once its source is empty', async () => {
    const { oss, tick, records, source } = await failed();
    oss.store(source, '');
    await tick();
    expect(records()).toEqual([]);
  });

  it('is deleted once another version is there, of which there is the derivative', async () => {
    const { oss, run, tick, wait, records, mend, source } = await failed();
    wait(1);
    oss.store(source, 'another version', start + 60_000);
    await tick();
    expect(records()).toHaveLength(2);
    mend();
    await run('avatars/a.jpg');
    oss.objects.delete('oss://out/avatars/a.jpg.200');
    await tick();
    expect(records().map(({ record }) => record.target.key)).toEqual(['avatars/a.jpg.200']);
    // As old as the first version.
    oss.store('oss://out/avatars/a.jpg.200', 'x', start);
    await tick();
    expect(records()).toHaveLength(1);
    oss.store('oss://out/avatars/a.jpg.200', 'x', start + 60_000);
    await tick();
    expect(records()).toEqual([]);
  });

  it('stays for another version while an output cannot be saved for it', async () => {
    const { oss, run, tick, wait, records } = world();
    await run('avatars/./a.jpg');
    expect(records()).toHaveLength(2);
    wait(1);
    oss.store('oss://photos/avatars/./a.jpg', 'another version');
    await tick();
    expect(records()).toHaveLength(2);
  });

  it('stays while what has to be removed is there, under the key of a former version', async () => {
    const one = world({
      failing: ({ target }) => {
        if (!target?.key.startsWith('ONE/')) return undefined;
        one.oss.store('oss://photos/small/a.png', 'TWO', start + 5_000);
        one.wait(1);
        return undefined;
      },
      refusing: ({ api, bucket }) => (api === 'delete' && bucket === 'out' ? ossError({ kind: 'setup' }) : undefined),
    });
    one.oss.store('oss://photos/small/a.png', 'ONE');
    const oss = { bucket: { name: 'photos' }, object: { key: 'small/a.png', size: 3, eTag: 'ONE' } };
    await one.deliver({ eventTime: new Date(start).toISOString(), eventName: 'ObjectCreated:PutObject', oss });
    expect(one.oss.keys('oss://out/')).toEqual(['oss://out/ONE/small/a.png', 'oss://out/TWO/small/a.png']);
    await one.tick();
    expect(one.records()).toMatchObject([{ record: { target: { key: 'ONE/small/a.png' } } }]);
    one.oss.objects.delete('oss://out/ONE/small/a.png');
    await one.tick();
    expect(one.records()).toEqual([]);
  });

  it('stays where the source could not even be looked at, whatever version the event names', async () => {
    let shut = false;
    const refusing = ({ api, bucket }: Call) => {
      return shut && api === 'head' && bucket === 'photos' ? ossError({ kind: 'setup', status: 403 }) : undefined;
    };
    const { oss, run, deliver, tick, wait, records } = world({ refusing });
    await run('avatars/a.jpg');
    wait(10);
    // A replica has the time of its original.
    oss.store('oss://photos/avatars/a.jpg', 'TWO', start - 60_000);
    shut = true;
    const object = { key: 'avatars/a.jpg', size: 3, eTag: 'TWO' };
    const eventTime = new Date(start + 600_000).toISOString();
    const event = {
      eventName: 'ObjectReplication:ObjectCreated',
      eventTime,
      oss: { bucket: { name: 'photos' }, object },
    };
    expect(await deliver(event)).toMatchObject({ failed: 1 });
    shut = false;
    await tick();
    expect(records()).toMatchObject([{ record: { kind: 'setup', error: { status: 403 } } }]);
    oss.objects.delete('oss://photos/avatars/a.jpg');
    await tick();
    expect(records()).toEqual([]);
  });

  it('stays while no rule takes its source: the rules may have a mistake', async () => {
    const { oss, run, tick, wait, records, handling, source } = await failed();
    const { index } = handling;
    wait(1);
    Object.assign(handling, { index: indexRules([]) });
    expect(await run('avatars/a.jpg')).toMatchObject({ results: [{ reason: 'no-rule' }] });
    await tick();
    expect(records()).toHaveLength(2);
    oss.objects.delete(source);
    oss.store('oss://out/avatars/a.jpg.100', 'perhaps to be removed');
    await tick();
    expect(records().map(({ record }) => record.target.key)).toEqual(['avatars/a.jpg.100']);
    Object.assign(handling, { index });
    await tick();
    expect(records()).toEqual([]);
  });

  it('is deleted for a version that no rule takes for its size', async () => {
    const { oss, run, tick, wait, records } = world({ failing: refused });
    await run('small/a.png');
    expect(records()).toHaveLength(1);
    wait(1);
    oss.store('oss://photos/small/a.png', 'larger than ten bytes');
    await tick();
    expect(records()).toEqual([]);
  });

  it('stays while a derivative has to be removed', async () => {
    const { oss, tick, records, source } = await failed({ over: { index: removing } });
    oss.objects.delete(source);
    oss.store('oss://out/avatars/a.jpg.100', 'of a former version');
    await tick();
    expect(records()).toHaveLength(2);
    oss.objects.delete('oss://out/avatars/a.jpg.100');
    await tick();
    expect(records()).toEqual([]);
  });

  it('of the former shape is deleted with its source, and not for another version: it may be about that one', async () => {
    const { oss, wait, tick, run, records, mend, source } = await failed();
    for (const { uri: at, record } of records()) {
      oss.objects.delete(at);
      const key = at.replace(/\.[0-9a-f]{16}\.json/, '.json');
      oss.store(key, JSON.stringify({ ...record, version: 1 }));
    }
    mend();
    wait(1);
    await run('avatars/a.jpg');
    await tick();
    expect(records()).toHaveLength(2);
    oss.objects.delete(source);
    await tick();
    expect(records()).toEqual([]);
  });

  it('stays where it is not known of which version the derivative is: the upload was given up unsettled', async () => {
    const { oss, handling, tick, records, wait } = world();
    const key = 'avatars/a.jpg';
    const event = (eTag: string) => {
      const object = { key, eTag, size: 3 };
      const eventTime = new Date(start).toISOString();
      return { eventName: 'ObjectCreated:PutObject', eventTime, oss: { bucket: { name: 'photos' }, object } };
    };
    const [upload] = readEvent(Buffer.from(JSON.stringify(event('ONE')))).uploads;
    const unsettled = { event: upload?.record, attempts: 9, since: start, source: { bucket: 'photos', key } };
    const week = 8 * 24 * 3_600_000;
    const entry = journalEntry({ ...unsettled, why: 'changing' }, journal, start + week, 'fc-1');
    expect(await writeEntry(handling.journalOss, 'journal', entry)).toBeUndefined();
    wait(1);
    oss.store(`oss://photos/${key}`, 'TWO');
    for (const width of ['100', '200']) oss.store(`oss://out/${key}.${width}`, 'of ONE, written late');
    await tick();
    expect(records()).toMatchObject([{ record: { kind: 'permanent', unsettled: 'changing' } }]);
    oss.objects.delete(`oss://photos/${key}`);
    await tick();
    expect(records()).toEqual([]);
  });

  it('stays where it cannot be looked at, and where the journal may not be listed: the log says why', async () => {
    for (const api of ['head', 'list', 'get', 'delete']) {
      let shut = false;
      const refusing = (call: Call) => {
        return shut && call.api === api && !call.key.includes('/due/') ? ossError({ kind: 'setup' }) : undefined;
      };
      const { oss, tick, records, source, lines } = await failed({ refusing });
      oss.objects.delete(source);
      shut = true;
      lines.length = 0;
      expect(await tick()).toMatchObject({ failed: 0, skipped: 1, results: [{ reason: 'nothing-due' }] });
      expect(records()).toHaveLength(2);
      expect(lines.map(({ event, error }) => [event, error])).toEqual([
        ['result', undefined],
        ['journal', expect.objectContaining({ code: 'InternalError', status: 500 })],
        ['summary', undefined],
      ]);
    }
  });

  it('is looked at with 19 others in a tick, and all in turn', async () => {
    const { oss, run, tick, wait, records } = world({ failing: refused });
    const keys = Array.from({ length: 45 }, (_, nth) => `avatars/${nth}.jpg`);
    await run(...keys);
    expect(records()).toHaveLength(90);
    for (const key of keys) oss.objects.delete(`oss://photos/${key}`);
    oss.calls.length = 0;
    expect(await tick()).toMatchObject({ skipped: 20 });
    expect(oss.calls.filter(({ api }) => api === 'get')).toHaveLength(20);
    for (let minutes = 0; minutes < 20; minutes += 1) {
      wait(1);
      await tick();
    }
    expect(records()).toEqual([]);
  });

  it('costs an upload no request more', async () => {
    const { oss, run, mend } = await failed();
    mend();
    oss.calls.length = 0;
    await run('avatars/a.jpg');
    expect(oss.calls.map(({ api }) => api)).toEqual(['process', 'process', 'head']);
  });
});

describe('two versions of one source', () => {
  /** Version ONE has failed, and someone has it run again, while `at` that call of OSS the uploader stores TWO. */
  async function racing(at: (call: Call, key: string) => boolean) {
    let mood: 'bad' | 'well' = 'bad';
    let key = '';
    let late: Promise<unknown> | undefined;
    const one = world({
      failing: () => (mood === 'bad' ? refused() : undefined),
      refusing: (call) => {
        if (late !== undefined || key === '' || !at(call, key)) return undefined;
        mood = 'bad';
        one.wait(1);
        late = one.run('avatars/a.jpg');
        return undefined;
      },
    });
    await one.run('avatars/a.jpg');
    const versionOne = one.records().map(({ uri: found }) => found.replace('oss://journal/', ''));
    mood = 'well';
    one.wait(1);
    key = versionOne[0] ?? '';
    const found = await readJournalRecord(one.handling.oss, 'journal', key, one.handling.now());
    if (found === undefined) throw new Error('gone');
    await replayRecord(found, { ...one.handling, journal });
    await late;
    expect(late).toBeDefined();
    return { ...one, versionOne: uri(key) };
  }

  const failureOfTwo = [
    expect.objectContaining({ error: expect.objectContaining({ code: 'ImageTooLarge' }), version: 2 }),
    expect.objectContaining({ error: expect.objectContaining({ code: 'ImageTooLarge' }), version: 2 }),
  ];

  it.each([
    ['between the look and the deletion of a replay', ({ api, key }: Call, of: string) => api === 'head' && key === of],
    ['before a deletion that lands late', ({ api, key }: Call, of: string) => api === 'delete' && key === of],
  ])('have records of their own: TWO fails %s, and is on record', async (_, at) => {
    const { records, versionOne, oss } = await racing(at);
    expect(oss.keys('oss://journal/')).not.toContain(versionOne);
    const ofTwo = records().filter(({ record }) => record.event.eventTime === new Date(start + 120_000).toISOString());
    expect(ofTwo.map(({ record }) => record)).toEqual(failureOfTwo);
  });

  it('lie beside each other under the digest of one job', async () => {
    const { run, wait, records } = world({ failing: refused });
    await run('avatars/a.jpg');
    wait(1);
    await run('avatars/a.jpg');
    const names = records().map(({ uri: found }) => found.slice(found.lastIndexOf('/') + 1).split('.'));
    expect(names.map(({ length }) => length)).toEqual([3, 3, 3, 3]);
    expect(new Set(names.map(([job]) => job)).size).toBe(2);
    expect(new Set(names.map(([, version]) => version)).size).toBe(2);
  });

  it('are told apart when an event is acted on for the version that has come after it', async () => {
    const one = world({
      failing: () => refused(),
      refusing: ({ api, bucket }) => {
        if (api !== 'head' || bucket !== 'photos') return undefined;
        one.oss.store('oss://photos/small/a.png', 'TWO', start + 5_000);
        return undefined;
      },
    });
    one.oss.store('oss://photos/small/a.png', 'ONE');
    const event = { eventTime: new Date(start).toISOString(), eventName: 'ObjectCreated:PutObject' };
    const requestId = '5B3C1A2E053D763E1B002CC6';
    const oss = { bucket: { name: 'photos' }, object: { key: 'small/a.png' } };
    await one.deliver({ ...event, oss, responseElements: { requestId } });
    expect(one.records().map(({ uri: at, record }) => [shortened(at), record.event])).toEqual([
      [
        uri('autostyle/failed/permanent/small/ID.V.json'),
        {
          ...{ eventName: 'ObjectCreated:PutObject', eventSource: 'acs:oss', eventVersion: '1.0' },
          eventTime: '2026-11-22T00:00:05.000Z',
          oss: { ...oss, object: { key: 'small/a.png', eTag: 'TWO', size: 3 } },
        },
      ],
    ]);
  });
});

describe('clear', () => {
  it('looks at all that it is given, and says what it could not look at', async () => {
    let shut = true;
    const refusing = ({ api, bucket }: Call) => {
      return shut && api === 'head' && bucket === 'photos' ? ossError({ kind: 'setup', code: 'Denied' }) : undefined;
    };
    const { oss, handling, records, source } = await failed({ refusing });
    oss.objects.delete(source);
    const keys = records().map(({ uri: found }) => found.replace('oss://journal/', ''));
    const context = { ...handling, journal };
    expect(await clear(keys, context)).toMatchObject({ outcomes: [], refusals: [{ code: 'Denied' }, {}] });
    shut = false;
    expect((await clear([...keys, 'autostyle/failed/setup/gone.json'], context)).outcomes).toHaveLength(2);
    expect(records()).toEqual([]);
  });
});
