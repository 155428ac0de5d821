import { describe, expect, it } from 'vitest';
import { type Call, ossError } from './support/memory-oss.js';
import { shortened, world } from './support/world.js';

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
    expect(shortened(due?.uri ?? '')).toBe('oss://journal/autostyle/due/2026-11-22T00:01/ID.V.json');
    expect(shortened(permanent?.uri ?? '')).toBe('oss://journal/autostyle/failed/permanent/avatars/ID.V.json');
    expect(shortened(setup?.uri ?? '')).toBe('oss://journal/autostyle/failed/setup/avatars/ID.V.json');
    expect(permanent?.record).toMatchObject({
      event: { eventName: 'ObjectCreated:PutObject', oss: { object: { key: 'avatars/bad.jpg' } } },
      error: { kind: 'permanent', code: 'ImageTooLarge', status: 400, ec: '0040' },
      fcRequestId: 'fc-1',
    });
  });

  it('knows that a late call may still write for what was given up', async () => {
    const { oss, deliver, records } = world();
    oss.store('oss://photos/avatars/a.jpg', 'bytes');
    const upload = {
      eventName: 'ObjectCreated:PutObject',
      oss: { bucket: { name: 'photos' }, object: { key: 'avatars/a.jpg' } },
    };
    const requestContext = { condition: 'UnhandledInvocationError' };
    expect(await deliver({ requestContext, requestPayload: JSON.stringify(upload) })).toMatchObject({ saved: 2 });
    expect(records()).toMatchObject([{ record: { kind: 'unsettled', unsettled: 'unanswered' } }]);
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
    await deliver({ events: [ignored, nameless('avatars/3.jpg')] });
    const written = records().map(({ record }) => `${record.source}: ${record.error.message}`);
    expect(written).toHaveLength(3);
    for (const key of [1, 2]) {
      expect(written).toContainEqual(
        expect.stringMatching(
          new RegExp(
            '^event:events\\[0\\]: lacks .* \\(at events\\[0\\] of the event with SHA-256 [0-9a-f]{64}\\); ' +
              `1 more cannot be read: oss://photos/avatars/${key}.jpg$`,
          ),
        ),
      );
    }
    expect(written).toContainEqual(expect.stringMatching(/^oss:\/\/photos\/avatars\/3.jpg: lacks eventName/));
  });

  it('makes the uploads first, and one record of however many elements cannot be read', async () => {
    const { oss, deliver, records, lines } = world();
    oss.store('oss://photos/avatars/a.jpg', 'bytes');
    const upload = {
      eventName: 'ObjectCreated:PutObject',
      oss: { bucket: { name: 'photos' }, object: { key: 'avatars/a.jpg' } },
    };
    const malformed = Array.from({ length: 60_000 }, (_, nth) => ({ eventName: `ObjectCreated:${nth}` }));
    expect(await deliver([...malformed, upload])).toMatchObject({ saved: 2, failed: 60_000 });
    const apis = oss.calls.map(({ api, bucket }) => `${api} ${bucket}`);
    expect(apis).toEqual(['head photos', 'process photos', 'process photos', 'head photos', 'put journal']);
    expect(records()).toMatchObject([
      { record: { kind: 'permanent', error: { message: expect.stringMatching(/59999 more cannot be read: .*, …$/) } } },
    ]);
    expect(lines.at(-1)).toMatchObject({ failed: 60_000, journaled: 1 });
  });

  it('logs why the journal refused a record, beside why the derivative failed, and says it in what it throws', async () => {
    const refused = ossError({ kind: 'setup', code: 'NoSuchBucket', status: 404, message: 'none', requestId: 'R7' });
    const refusing = ({ api }: Call) => (api === 'put' ? refused : undefined);
    const { run, lines } = world({ failing: () => ossError({ requestId: 'R6' }), refusing });
    await expect(run('avatars/a.jpg')).rejects.toMatchObject({
      message: expect.stringMatching(/not written to oss:\/\/journal \(none, request id R7\): oss:\/\/photos/),
    });
    expect(lines.flatMap(({ error, count }) => (error === undefined ? [] : [[count, error]]))).toMatchObject([
      [undefined, { code: 'InternalError', requestId: 'R6' }],
      [undefined, { code: 'InternalError', requestId: 'R6' }],
      [2, { code: 'NoSuchBucket', status: 404, requestId: 'R7' }],
    ]);
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
