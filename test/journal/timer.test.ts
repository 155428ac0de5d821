import { describe, expect, it } from 'vitest';
import { readJournalRecord } from '../../src/journal/read.js';
import { journalEntry, writeEntry } from '../../src/journal/record.js';
import { replayRecord } from '../../src/journal/run.js';
import { readEvent } from '../../src/pipeline/event.js';
import { type Call, ossError } from '../support/memory-oss.js';
import { eventOf, journal, shortened, start, world } from '../support/world.js';

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
    const why = {
      code: 'JournalUnwritable',
      message: 'not run: it could not be put off first: try later',
      status: 500,
    };
    expect(await tick()).toMatchObject({ failed: 2, results: [{ error: why }, {}] });
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
      Array(2).fill('oss://journal/autostyle/failed/setup/avatars/ID.V.json'),
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
    const unreadable = 2_100;
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

  it('moves what is too large aside, as it is, and runs all others in the same tick', async () => {
    const { oss, run: upload, tick, wait } = world({ failing: () => (failing ? ossError() : undefined) });
    let failing = true;
    await upload('avatars/a.jpg');
    const large = `{"x":"${'y'.repeat(70_000)}"}`;
    for (let i = 0; i < 510; i += 1) oss.store(`oss://journal/autostyle/due/2026-11-21T00:00/${i}.json`, large);
    failing = false;
    wait(1);
    expect(await tick()).toMatchObject({ saved: 2, failed: 510 });
    const kept = oss.keys('oss://journal/');
    expect(kept.map(shortened)).toEqual(Array(510).fill('oss://journal/autostyle/failed/permanent/-/ID.json'));
    expect(new Set(kept.map((uri) => oss.objects.get(uri)?.body))).toEqual(new Set([large]));
  });

  it('steps over what it can neither read nor move', async () => {
    const {
      oss,
      run: upload,
      tick,
      wait,
      lines,
      records,
    } = world({
      failing: () => (failing ? ossError() : undefined),
      refusing: ({ api }) =>
        api === 'copy' ? ossError({ status: 403, code: 'AccessDenied', kind: 'setup', requestId: 'R9' }) : undefined,
    });
    let failing = true;
    await upload('avatars/a.jpg');
    for (let i = 0; i < 510; i += 1) oss.store(`oss://journal/autostyle/due/2026-11-21T00:00/${i}.json`, '[]');
    failing = false;
    wait(1);
    expect(await tick()).toMatchObject({ saved: 2, failed: 510 });
    expect(records()).toHaveLength(510);
    expect(lines.filter(({ event }) => event === 'journal')).toEqual([
      {
        ...{ level: 'error', event: 'journal', journal: 'oss://journal', count: 510 },
        error: expect.objectContaining({ code: 'AccessDenied', status: 403, requestId: 'R9' }),
      },
    ]);
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
      const work = await readJournalRecord(handling.oss, 'journal', key, now);
      if (work === undefined) throw new Error('gone');
      return replayRecord(work, { ...handling, journal, now: () => now });
    };
    mood = 'dies';
    await expect(replay()).rejects.toThrow('killed');
    mood = 'well';
    expect(await replay()).toMatchObject({ outcomes: [{ status: 'saved' }] });
    expect(oss.objects.has(`oss://journal/${key}`)).toBe(false);
    expect(records().filter(({ record }) => record.unsettled === 'unanswered')).toHaveLength(1);
  });

  it('runs the records of one job as one, for many versions of its source', async () => {
    let busy = true;
    const { oss, run, tick, wait, records } = world({ failing: () => (busy ? ossError() : undefined) });
    for (let nth = 0; nth < 30; nth += 1) {
      wait(1 / 60);
      await run('avatars/a.jpg');
    }
    expect(records()).toHaveLength(60);
    wait(2);
    oss.calls.length = 0;
    await tick();
    expect(records()).toHaveLength(2);
    expect(oss.calls.filter(({ api }) => api === 'process')).toHaveLength(2);
    busy = false;
    wait(3);
    expect(await tick()).toMatchObject({ saved: 2 });
    expect(records()).toEqual([]);
  });

  it('deletes what any of these versions may have left under its name', async () => {
    const one = world();
    const source = { bucket: 'photos', key: 'small/a.png' };
    one.oss.store('oss://photos/small/a.png', 'THREE');
    for (const [nth, eTag] of ['ONE', 'TWO', 'THREE'].entries()) {
      const eventTime = new Date(start - 9_000 + nth).toISOString();
      const event = { eventName: 'ObjectCreated:PutObject', eventTime };
      const object = { key: source.key, size: 5, eTag };
      const [upload] = readEvent(
        Buffer.from(JSON.stringify({ ...event, oss: { bucket: { name: 'photos' }, object } })),
      ).uploads;
      const since = start - 9_000 + nth;
      const unsettled = { event: upload?.record, source, attempts: 1, since, why: 'changing' } as const;
      await writeEntry(one.handling.journalOss, 'journal', journalEntry(unsettled, journal, start));
      one.oss.store(`oss://out/${eTag}/small/a.png`, 'of THREE');
    }
    expect(one.records()).toHaveLength(3);
    one.wait(1);
    expect(await one.tick()).toMatchObject({ saved: 1, removed: 2 });
    expect(one.oss.keys('oss://out/')).toEqual(['oss://out/THREE/small/a.png']);
    expect(one.records()).toEqual([]);
  });

  it('takes on a bounded number, the oldest first', async () => {
    const { oss, tick, records } = world();
    const [record] = readEvent(eventOf(oss, start, 'avatars/gone.jpg')).uploads.map((upload) => upload.record);
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
