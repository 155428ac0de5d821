import { describe, expect, it } from 'vitest';
import { readEvent } from '../src/event.js';
import { type Handling, handle, run } from '../src/handle.js';
import { indexRules } from '../src/match.js';
import { createGate, limitCalls } from '../src/oss/limit.js';
import { readRerun } from '../src/rerun.js';
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

describe('a record that someone has run again', () => {
  const setup = { kind: 'setup', status: 403, code: 'AccessDenied' } as const;

  async function failed(): Promise<{
    world: ReturnType<typeof world>;
    keys: string[];
    bodies: (string | undefined)[];
  }> {
    const one = world({ failing: () => (mended ? answer : ossError(setup)) });
    mended = false;
    await one.run('avatars/a.jpg');
    const uris = one.oss.keys('oss://journal/autostyle/failed/');
    return {
      world: one,
      keys: uris.map((uri) => uri.replace('oss://journal/', '')),
      bodies: uris.map((uri) => one.oss.objects.get(uri)?.body),
    };
  }
  let mended = false;
  let answer: ReturnType<typeof ossError> | undefined;

  const rerun = async ({ handling }: ReturnType<typeof world>, key: string, over: Partial<Handling> = {}) => {
    const work = await readRerun(handling.oss, 'journal', key, handling.now());
    if (work === undefined) throw new Error('gone');
    return run(work, { ...handling, ...over });
  };

  it('stays as it is while no rule takes its upload', async () => {
    const { world: one, keys, bodies } = await failed();
    const index = indexRules([]);
    const { outcomes, unwritten } = await rerun(one, keys[0] ?? '', { index });
    expect(outcomes).toMatchObject([{ status: 'failed', error: { kind: 'setup', code: 'NoRule' } }]);
    expect(unwritten).toEqual([]);
    expect(one.oss.keys('oss://journal/').map((uri) => one.oss.objects.get(uri)?.body)).toEqual(bodies);
  });

  it('stays as it is when nothing can be read from it', async () => {
    const { world: one } = await failed();
    const key = 'autostyle/failed/permanent/-/x.json';
    one.oss.store(`oss://journal/${key}`, '{"source":"oss://photos/a"}');
    expect(await rerun(one, key)).toMatchObject({
      outcomes: [{ status: 'failed', error: { code: 'MalformedRecord' } }],
    });
    expect(one.oss.objects.get(`oss://journal/${key}`)?.body).toBe('{"source":"oss://photos/a"}');
  });

  it('is tried as if for the first time, however old it is', async () => {
    const { world: one, keys } = await failed();
    one.wait(8 * 24 * 60);
    mended = true;
    answer = ossError();
    await rerun(one, keys[0] ?? '');
    const due = one.records().find(({ uri }) => uri.includes('/due/'));
    expect(due?.record).toMatchObject({ kind: 'transient', attempts: 1, due: '2026-11-30T00:01:00.000Z' });
  });

  it('goes to what waits for someone, when the timer finds no rule for it', async () => {
    const one = world({ failing: () => ossError() });
    await one.run('avatars/a.jpg');
    one.wait(1);
    Object.assign(one.handling, { index: indexRules([]) });
    expect(await one.tick()).toMatchObject({ failed: 2 });
    expect(one.records().map(({ uri, record }) => [shortened(uri), record.kind, record.event.oss.object.key])).toEqual([
      ['oss://journal/autostyle/failed/setup/-/ID.json', 'setup', 'avatars/a.jpg'],
    ]);
  });
});

describe('an event that is delivered again', () => {
  const refused = () => ossError({ kind: 'permanent', status: 400, code: 'ImageTooLarge', requestId: 'R' });

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

  it('puts records that nothing can be read from out of the way, as they are', async () => {
    const { oss, tick } = world();
    const bodies = ['{', '{"event":{}}', '[]', '{"event":{"events":[]}}'];
    for (const [at, body] of bodies.entries()) {
      oss.store(`oss://journal/autostyle/due/2026-11-21T00:00/${at}.json`, body);
    }
    expect(await tick()).toMatchObject({ failed: 4 });
    expect(oss.keys('oss://journal/').map(shortened)).toEqual(
      Array(4).fill('oss://journal/autostyle/failed/permanent/-/ID.json'),
    );
    expect(oss.keys('oss://journal/').map((uri) => oss.objects.get(uri)?.body)).toEqual(expect.arrayContaining(bodies));
  });

  it('steps over what it may not read', async () => {
    const unreadable = 550;
    const {
      oss,
      run: upload,
      tick,
      wait,
    } = world({
      failing: () => (wait.length > 0 && failing ? ossError() : undefined),
      refusing: ({ api, key }) =>
        api === 'get' && key.includes('/unreadable')
          ? ossError({ status: 403, code: 'AccessDenied', kind: 'setup' })
          : undefined,
    });
    let failing = true;
    await upload('avatars/a.jpg');
    for (let i = 0; i < unreadable; i += 1)
      oss.store(`oss://journal/autostyle/due/2026-11-21T00:00/unreadable${i}.json`, '');
    failing = false;
    wait(1);
    expect(await tick()).toMatchObject({ saved: 2, failed: unreadable });
  });

  it('leaves what it has no time for as it is', async () => {
    const { run: upload, tick, wait, records, handling } = world({ failing: () => ossError() });
    await upload('avatars/a.jpg', 'avatars/b.jpg');
    const before = records();
    wait(1);
    (handling as { deadline: number }).deadline = handling.now();
    await tick();
    expect(records()).toEqual(before);
  });

  it('runs nothing twice when ticks overlap', async () => {
    let failing = true;
    const {
      oss,
      run: upload,
      tick,
      wait,
      records,
      handling,
    } = world({
      failing: () => (failing ? ossError() : undefined),
    });
    await upload(...Array.from({ length: 12 }, (_, n) => `avatars/${n}.jpg`));
    failing = false;
    wait(1);
    oss.calls.length = 0;
    const ticks = [tick()];
    for (let later = 0; later < 2; later += 1) {
      for (let turn = 0; turn < 25; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      ticks.push(tick());
    }
    await Promise.all(ticks);
    const processed = oss.calls.filter(({ api }) => api === 'process').map(({ target }) => target?.key);
    expect(new Set(processed).size).toBe(24);
    // Two may read a record in the same moment, before either has put it off: one for each of their calls.
    expect(processed.length).toBeLessThanOrEqual(24 + 2 * handling.concurrency);
    expect(records()).toEqual([]);
  });

  it('keeps the claim of a run that was killed, whoever runs the record next', async () => {
    let mood: 'fails' | 'dies' | 'well' = 'fails';
    const failing = () => {
      if (mood === 'dies') throw new Error('killed');
      return mood === 'fails' ? ossError({ kind: 'setup', status: 403, code: 'AccessDenied' }) : undefined;
    };
    const { oss, run: upload, handling, records } = world({ failing });
    await upload('avatars/a.jpg');
    const key = records()[0]?.uri.replace('oss://journal/', '') ?? '';
    let now = start;
    const replay = async () => {
      now += 5;
      const work = await readRerun(handling.oss, 'journal', key, now);
      if (work === undefined) throw new Error('gone');
      return run(work, { ...handling, now: () => now });
    };
    mood = 'dies';
    await expect(replay()).rejects.toThrow('killed');
    mood = 'well';
    expect(await replay()).toMatchObject({ outcomes: [{ status: 'saved' }] });
    expect(oss.objects.has(`oss://journal/${key}`)).toBe(false);
    expect(records().filter(({ record }) => record.unsettled === 'unanswered')).toHaveLength(1);
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
