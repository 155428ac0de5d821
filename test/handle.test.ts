import { describe, expect, it } from 'vitest';
import { readEvent } from '../src/event.js';
import { type Handling, handle } from '../src/handle.js';
import { indexRules } from '../src/match.js';
import { createGate, limitCalls } from '../src/oss/limit.js';
import { loadConfig } from '../src/rules/load.js';
import { type Call, type MemoryOss, memoryOss, ossError } from './support/memory-oss.js';

const rules = [
  {
    name: 'avatars',
    when: { bucket: 'photos', prefix: 'avatars/', suffix: ['.jpg'] },
    outputs: [
      { style: 'image/resize,w_100', to: { bucket: 'out', key: '{key}.100' } },
      { style: 'image/resize,w_200', to: { bucket: 'out', key: '{key}.200' } },
    ],
  },
  {
    name: 'small',
    when: { bucket: 'photos', prefix: 'small/', size: { max: 10 } },
    outputs: [{ style: 'style/tiny', to: { bucket: 'out', key: '{etag}/{key}' } }],
  },
];

const start = Date.UTC(2026, 10, 22);

type Options = {
  /** What a process call throws. */
  readonly failing?: (call: Call) => ReturnType<typeof ossError> | undefined;
  /** What any other call throws. */
  readonly refusing?: (call: Call) => ReturnType<typeof ossError> | undefined;
  readonly over?: Partial<Handling>;
};

/** A function with an OSS in memory, where every upload of an event is stored at the event's time. */
function world({ failing = () => undefined, refusing = () => undefined, over = {} }: Options = {}) {
  let time = start;
  const oss = memoryOss(
    () => time,
    (call) => (call.api === 'process' ? failing(call) : refusing(call)),
  );
  const lines: Record<string, unknown>[] = [];
  const config = loadConfig({ journal: { bucket: 'journal', prefix: 'autostyle/' }, rules }, {});
  const gated = limitCalls(oss.oss, createGate(3));
  const handling: Handling = {
    index: indexRules(config.rules),
    journal: config.journal,
    concurrency: 3,
    now: () => time,
    deadline: Number.POSITIVE_INFINITY,
    log: (entry) => lines.push({ ...entry }),
    fcRequestId: 'fc-1',
    redelivered: false,
    oss: gated,
    journalOss: gated,
    ...over,
  };
  return {
    oss,
    lines,
    handling,
    wait: (minutes: number) => {
      time += minutes * 60_000;
    },
    deliver: (event: object) => handle(readEvent(Buffer.from(JSON.stringify(event))), handling),
    /** Uploads, and delivers the event. */
    run(...keys: string[]) {
      for (const key of keys)
        oss.store(`oss://photos/${key}`, `bytes of ${key}`.slice(0, key.includes('large') ? 99 : 10));
      return handle(readEvent(eventOf(oss, time, ...keys)), handling);
    },
    tick: () => handle(readEvent(Buffer.from('{"triggerTime":"t","triggerName":"minute","payload":""}')), handling),
    records: () =>
      oss.keys('oss://journal/').map((uri) => ({ uri, record: JSON.parse(oss.objects.get(uri)?.body ?? 'null') })),
  };
}

function eventOf(oss: MemoryOss, time: number, ...keys: string[]): Buffer {
  const events = keys.map((key) => {
    const { etag, size } = oss.objects.get(`oss://photos/${key}`) ?? {};
    return {
      eventName: 'ObjectCreated:PutObject',
      eventTime: new Date(time).toISOString(),
      oss: { bucket: { name: 'photos' }, object: { key, size, eTag: etag } },
    };
  });
  return Buffer.from(JSON.stringify({ events }));
}

const shortened = (uri: string): string => uri.replace(/[0-9a-f]{64}/, 'ID');

describe('handle', () => {
  it('saves every output of every upload and accounts for the rest', async () => {
    const { oss, run, records } = world();
    const summary = await run('avatars/a.jpg', 'notes.txt', 'avatars/b.JPG');
    expect(summary).toMatchObject({ saved: 4, skipped: 1, failed: 0 });
    expect(oss.keys('oss://out/')).toEqual([
      'oss://out/avatars/a.jpg.100',
      'oss://out/avatars/a.jpg.200',
      'oss://out/avatars/b.JPG.100',
      'oss://out/avatars/b.JPG.200',
    ]);
    expect(summary.results.at(-1)).toEqual({ status: 'skipped', source: 'oss://photos/notes.txt', reason: 'no-rule' });
    expect(records()).toEqual([]);
  });

  it('looks once at each source that it made something of, and at no other', async () => {
    const { oss, run } = world();
    await run('avatars/a.jpg', 'notes.txt', 'avatars/b.jpg');
    expect(oss.calls.filter(({ api }) => api === 'head').map(({ key }) => key)).toEqual([
      'avatars/a.jpg',
      'avatars/b.jpg',
    ]);
  });

  it('runs as many calls at a time as it may, and no more', async () => {
    const { oss, run } = world();
    await run(...Array.from({ length: 10 }, (_, i) => `avatars/${i}.jpg`));
    expect(oss.keys('oss://out/')).toHaveLength(20);
    expect(oss.running.most).toBe(3);
  });

  it('writes down what failed, each kind in its place, and returns', async () => {
    const { run, records } = world({
      failing: ({ key, target }) => {
        if (target?.key.endsWith('.200')) return undefined;
        if (key.includes('slow')) return ossError();
        if (key.includes('bad')) return ossError({ status: 400, kind: 'permanent', code: 'ImageTooLarge', ec: '0040' });
        return ossError({ status: 404, kind: 'setup', code: 'NoSuchStyle' });
      },
    });
    const summary = await run('avatars/slow.jpg', 'avatars/bad.jpg', 'avatars/x.jpg');
    expect(summary).toMatchObject({ saved: 3, skipped: 0, failed: 3 });
    const [due, permanent, setup] = records();
    expect(shortened(due?.uri ?? '')).toBe('oss://journal/autostyle/due/2026-11-22T00:01/ID.json');
    expect(shortened(permanent?.uri ?? '')).toBe('oss://journal/autostyle/failed/permanent/avatars/ID.json');
    expect(shortened(setup?.uri ?? '')).toBe('oss://journal/autostyle/failed/setup/avatars/ID.json');
    expect(permanent?.record).toMatchObject({
      event: { eventName: 'ObjectCreated:PutObject', oss: { object: { key: 'avatars/bad.jpg' } } },
      error: { kind: 'permanent', code: 'ImageTooLarge', status: 400, ec: '0040' },
      fcRequestId: 'fc-1',
    });
  });

  it('logs a line a result and one summary', async () => {
    const { lines, run } = world({
      failing: ({ key }) => (key.includes('bad') ? ossError({ kind: 'permanent' }) : undefined),
    });
    await run('notes.txt', 'avatars/a.jpg', 'avatars/bad.jpg');
    expect(lines.map(({ event, level, status }) => [event, level, status])).toEqual([
      ['result', 'info', 'skipped'],
      ['result', 'info', 'saved'],
      ['result', 'info', 'saved'],
      ['result', 'error', 'failed'],
      ['result', 'error', 'failed'],
      ['summary', 'warn', undefined],
    ]);
    expect(lines[1]).toMatchObject({ httpStatus: 200, processStatus: 'OK', requestId: 'R', bucket: 'out', bytes: 7 });
    expect(lines.at(-1)).toMatchObject({ saved: 2, skipped: 1, failed: 2, journaled: 2, unsettled: 0 });
  });

  it('looks first at an object whose size the event does not tell, when a rule asks for it', async () => {
    const { oss, deliver } = world();
    oss.store('oss://photos/small/a.png', 'few');
    oss.store('oss://photos/small/large.png', 'more than ten');
    const events = ['small/a.png', 'small/large.png', 'small/gone.png'].map((key) => ({
      eventName: 'ObjectCreated:PutObject',
      oss: { bucket: { name: 'photos' }, object: { key } },
    }));
    const summary = await deliver({ events });
    expect(oss.keys('oss://out/')).toEqual(['oss://out/FEW/small/a.png']);
    expect(summary.results.map(({ status, reason }) => [status, reason])).toEqual([
      ['saved', undefined],
      ['skipped', 'no-rule'],
      ['skipped', 'source-gone'],
    ]);
  });

  it('accounts for malformed records, and keeps them apart', async () => {
    const { deliver, records } = world();
    const ignored = { eventName: 'ObjectCreated:UploadPart', oss: { bucket: { name: 'b' }, object: { key: 'k' } } };
    const nameless = (key: string) => ({ oss: { bucket: { name: 'photos' }, object: { key } } });
    const summary = await deliver({ events: [{ eventName: 'x' }, ignored, nameless('avatars/1.jpg')] });
    expect(summary).toMatchObject({ saved: 0, skipped: 1, failed: 2 });
    expect(summary.results.map(({ source }) => source)).toEqual([
      'event:events[0]',
      'oss://photos/avatars/1.jpg',
      'oss://b/k',
    ]);
    await deliver({ events: [{ eventName: 'y' }, ignored, nameless('avatars/2.jpg')] });
    expect(
      records()
        .map(({ record }) => record.source)
        .sort(),
    ).toEqual(['event:events[0]', 'event:events[0]', 'oss://photos/avatars/1.jpg', 'oss://photos/avatars/2.jpg']);
  });

  it('throws RetryLater with names when the journal cannot be written', async () => {
    const refusing = ({ api }: Call) => (api === 'put' ? ossError({ kind: 'setup', code: 'NoSuchBucket' }) : undefined);
    const { run } = world({ failing: () => ossError(), refusing });
    await expect(run('avatars/a.jpg')).rejects.toMatchObject({
      name: 'RetryLater',
      message: expect.stringContaining('oss://photos/avatars/a.jpg → oss://out/avatars/a.jpg.100: InternalError'),
    });
  });

  it.each([
    ['transient', 'RetryLater'],
    ['setup', 'PermanentFailure'],
    ['permanent', 'PermanentFailure'],
  ] as const)('without a journal, %s leaves as %s', async (kind, name) => {
    const { run } = world({ failing: () => ossError({ kind }), over: { journal: 'throw' } });
    await expect(run('avatars/a.jpg')).rejects.toMatchObject({ name });
  });

  it('names at most ten leftovers', async () => {
    const { run } = world({ failing: () => ossError(), over: { journal: 'throw' } });
    const keys = Array.from({ length: 50 }, (_, i) => `avatars/${i}.jpg`);
    await expect(run(...keys)).rejects.toMatchObject({
      message: expect.stringMatching(/^100 not finished: .* and 90 more$/),
    });
  });

  it('lets a bug through', async () => {
    const { run } = world({ failing: () => new TypeError('bug') as never });
    await expect(run('avatars/a.jpg')).rejects.toThrow('bug');
  });
});

describe('an event that is delivered again', () => {
  const refused = () => ossError({ kind: 'permanent', status: 400, code: 'ImageTooLarge' });

  it('leaves of bad bytes only that they are bad: they are not processed again', async () => {
    const { run, tick, wait, records, oss } = world({ failing: refused, over: { redelivered: true } });
    await run('avatars/a.jpg');
    expect(records().map(({ record }) => record.kind)).toEqual(['permanent', 'permanent']);
    oss.calls.length = 0;
    wait(20);
    await tick();
    expect(oss.calls.filter(({ api }) => api === 'process')).toEqual([]);
  });

  it('is looked at again, when it was saved: an earlier call may write after a newer one', async () => {
    const { run, records } = world({ over: { redelivered: true } });
    await run('avatars/a.jpg');
    expect(records()).toMatchObject([{ record: { kind: 'unsettled', unsettled: 'unanswered' } }]);
  });
});

describe('the timer', () => {
  it('says that nothing is due', async () => {
    const { tick } = world();
    expect(await tick()).toMatchObject({
      saved: 0,
      skipped: 1,
      results: [{ source: 'timer:minute', reason: 'nothing-due' }],
    });
  });

  it('runs what is due, only the output that failed, and forgets it once it is saved', async () => {
    let broken = true;
    const failing = ({ target }: Call) => (broken && target?.key.endsWith('.100') ? ossError() : undefined);
    const { oss, run, tick, wait, records } = world({ failing });
    await run('avatars/a.jpg');
    expect(await tick()).toMatchObject({ saved: 0, skipped: 1 });
    wait(1);
    broken = false;
    oss.calls.length = 0;
    expect(await tick()).toMatchObject({ saved: 1, failed: 0, results: [{ target: 'oss://out/avatars/a.jpg.100' }] });
    expect(oss.calls.filter(({ api }) => api === 'process')).toHaveLength(1);
    expect(records()).toEqual([]);
  });

  it('puts a record off before it runs it, so that one that is killed is run again after its call has ended', async () => {
    let dying = false;
    const failing = (): ReturnType<typeof ossError> => {
      if (dying) throw new Error('killed');
      return ossError();
    };
    const { oss, run, tick, wait, records } = world({ failing });
    await run('avatars/a.jpg');
    oss.objects.delete(records()[1]?.uri ?? '');
    wait(1);
    dying = true;
    await expect(tick()).rejects.toThrow('killed');
    expect(records()).toMatchObject([
      { uri: expect.stringContaining('/due/2026-11-22T00:16/'), record: { unsettled: 'unanswered', attempts: 2 } },
    ]);
  });

  it('runs no record that it cannot put off', async () => {
    let full = false;
    const { oss, run, tick, wait, records } = world({
      failing: () => ossError(),
      refusing: ({ api }) => (full && api === 'put' ? ossError() : undefined),
    });
    await run('avatars/a.jpg');
    const before = records();
    wait(1);
    full = true;
    oss.calls.length = 0;
    expect(await tick()).toMatchObject({ failed: 2, results: [{ error: { code: 'JournalUnwritable' } }, {}] });
    expect(oss.calls.filter(({ api }) => api === 'process')).toEqual([]);
    expect(records()).toEqual(before);
  });

  it('waits twice as long each time, and keeps one record a job', async () => {
    const { run, tick, wait, records } = world({
      failing: ({ target }) => (target?.key.endsWith('.100') ? ossError() : undefined),
    });
    await run('avatars/a.jpg');
    const due: string[] = [];
    for (let minute = 0; minute < 16; minute += 1) {
      const all = records();
      expect(all).toHaveLength(1);
      if (due.at(-1) !== all[0]?.record.due) due.push(all[0]?.record.due);
      wait(1);
      await tick();
    }
    expect(due.map((time) => time.slice(14, 16))).toEqual(['01', '03', '07', '15', '31']);
    expect(records()[0]?.record).toMatchObject({ attempts: 5, since: '2026-11-22T00:00:00.000Z' });
  });

  it('moves a record to the failures when it turns out to be one', async () => {
    let kind: 'transient' | 'setup' = 'transient';
    const { run, tick, wait, records } = world({ failing: () => ossError({ kind }) });
    await run('avatars/a.jpg');
    kind = 'setup';
    wait(1);
    await tick();
    expect(records().map(({ uri }) => shortened(uri))).toEqual(
      Array(2).fill('oss://journal/autostyle/failed/setup/avatars/ID.json'),
    );
  });

  it('keeps a record that it cannot replace', async () => {
    let full = false;
    const { run, tick, wait, records } = world({
      failing: () => ossError(),
      refusing: ({ api }) => (full && api === 'put' ? ossError() : undefined),
    });
    await run('avatars/a.jpg');
    full = true;
    wait(1);
    expect(await tick()).toMatchObject({ failed: 2 });
    expect(records().map(({ record }) => record.attempts)).toEqual([1, 1]);
    full = false;
    await tick();
    expect(records().map(({ record }) => record.attempts)).toEqual([2, 2]);
  });

  it('says that the journal cannot be read, and loses nothing', async () => {
    const { tick } = world({
      refusing: ({ api }) => (api === 'list' ? ossError({ kind: 'setup', code: 'AccessDenied' }) : undefined),
    });
    expect(await tick()).toMatchObject({
      failed: 1,
      results: [{ source: 'journal:autostyle/', error: { code: 'AccessDenied' } }],
    });
  });

  it('puts records that hold no upload out of the way', async () => {
    const { oss, tick, records } = world();
    for (const [name, body] of Object.entries({ a: '{', b: '{"event":{}}', c: '[]', d: '{"event":{"events":[]}}' })) {
      oss.store(`oss://journal/autostyle/due/2026-11-21T00:00/${name}.json`, body);
    }
    expect(await tick()).toMatchObject({ failed: 4 });
    expect(records().map(({ uri }) => shortened(uri))).toEqual(
      Array(4).fill('oss://journal/autostyle/failed/permanent/-/ID.json'),
    );
  });

  it('takes on a bounded number, the oldest first', async () => {
    const { oss, tick, records } = world();
    const [record] = (await import('../src/event.js'))
      .readEvent(eventOf(oss, start, 'avatars/gone.jpg'))
      .uploads.map((upload) => upload.record);
    for (let i = 0; i < 620; i += 1) {
      const minute = new Date(start - (i + 1) * 60_000).toISOString().slice(0, 16);
      oss.store(
        `oss://journal/autostyle/due/${minute}/${i}.json`,
        JSON.stringify({ version: 1, kind: 'transient', event: record, attempts: 1 }),
      );
    }
    expect((await tick()).skipped).toBe(500);
    expect(records()).toHaveLength(120);
    expect(records()[0]?.uri).toContain('/due/2026-11-21T22:00/');
  });
});
