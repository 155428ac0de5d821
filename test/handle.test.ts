import { describe, expect, it } from 'vitest';
import { readEvent } from '../src/event.js';
import { type Handling, handle } from '../src/handle.js';
import { indexRules } from '../src/match.js';
import { OssError } from '../src/oss/error.js';
import { loadConfig } from '../src/rules/load.js';

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

type Call = { bucket: string; key: string; style?: string; target?: { bucket: string; key: string } };
type World = {
  readonly processed: Call[];
  readonly records: { key: string; record: Record<string, unknown> }[];
  readonly lines: Record<string, unknown>[];
  running: number;
  most: number;
};

function failure(over: Partial<ConstructorParameters<typeof OssError>[0]>): OssError {
  return new OssError({ status: 500, kind: 'transient', code: 'InternalError', message: 'try later', ...over });
}

/** An OSS in memory: `answers` decides what a call for a source key throws. */
function world(answers: (call: Call) => OssError | undefined = () => undefined, over: Partial<Handling> = {}) {
  const seen: World = { processed: [], records: [], lines: [], running: 0, most: 0 };
  const config = loadConfig({ journal: { bucket: 'journal', prefix: 'autostyle/' }, rules }, {});
  const handling: Handling = {
    index: indexRules(config.rules),
    journal: config.journal,
    concurrency: 3,
    now: () => Date.UTC(2026, 10, 22),
    log: (entry) => seen.lines.push({ ...entry }),
    fcRequestId: 'fc-1',
    oss: {
      async processObject(call) {
        seen.running += 1;
        seen.most = Math.max(seen.most, seen.running);
        seen.processed.push(call);
        await new Promise((resolve) => setImmediate(resolve));
        seen.running -= 1;
        const error = answers(call);
        if (error !== undefined) throw error;
        const { bucket, key } = call.target;
        return {
          bucket,
          object: key,
          bytes: 7,
          status: 'OK',
          httpStatus: 200,
          requestId: 'R',
          attempts: 1,
          answered: true,
        };
      },
      headObject: async ({ key }) =>
        key.includes('gone') ? undefined : { etag: 'E', lastModified: 0, size: key.includes('large') ? 11 : 10 },
    },
    journalOss: {
      async putObject({ bucket, key, body }) {
        expect(bucket).toBe('journal');
        seen.records.push({ key, record: JSON.parse(body.toString()) });
        return { etag: 'E', requestId: 'R' };
      },
    },
    ...over,
  };
  return { seen, handling, run: (...keys: string[]) => handle(readEvent(eventOf(...keys)), handling) };
}

/** An event for these keys of bucket photos; `key=size` tells a size. */
function eventOf(...keys: string[]): Buffer {
  const events = keys.map((text) => {
    const [key, size] = text.split('=');
    const object = { key, ...(size === undefined ? {} : { size: Number(size) }), eTag: 'ABC' };
    return { eventName: 'ObjectCreated:PutObject', oss: { bucket: { name: 'photos' }, object } };
  });
  return Buffer.from(JSON.stringify({ events }));
}

describe('handle', () => {
  it('saves every output of every upload and accounts for the rest', async () => {
    const { seen, run } = world();
    const summary = await run('avatars/a.jpg', 'notes.txt', 'avatars/b.JPG');
    expect(summary).toMatchObject({ saved: 4, skipped: 1, failed: 0 });
    expect(seen.processed.map(({ target }) => target?.key)).toEqual([
      'avatars/a.jpg.100',
      'avatars/a.jpg.200',
      'avatars/b.JPG.100',
      'avatars/b.JPG.200',
    ]);
    expect(summary.results.at(-1)).toEqual({ status: 'skipped', source: 'oss://photos/notes.txt', reason: 'no-rule' });
    expect(seen.records).toEqual([]);
  });

  it('runs as many calls at a time as it may, and no more', async () => {
    const { seen, run } = world();
    await run(...Array.from({ length: 10 }, (_, i) => `avatars/${i}.jpg`));
    expect(seen.processed).toHaveLength(20);
    expect(seen.most).toBe(3);
  });

  it('writes down what failed, each kind in its place, and returns', async () => {
    const { seen, run } = world(({ key, target }) => {
      if (target?.key.endsWith('.200')) return undefined;
      if (key.includes('slow')) return failure({});
      if (key.includes('bad')) return failure({ status: 400, kind: 'permanent', code: 'ImageTooLarge', ec: '0040' });
      return failure({ status: 404, kind: 'setup', code: 'NoSuchStyle' });
    });
    const summary = await run('avatars/slow.jpg', 'avatars/bad.jpg', 'avatars/x.jpg');
    expect(summary).toMatchObject({ saved: 3, skipped: 0, failed: 3 });
    expect(seen.records.map(({ key }) => key.replace(/[0-9a-f]{64}/, 'ID'))).toEqual([
      'autostyle/due/2026-11-22T00:01/ID.json',
      'autostyle/failed/permanent/avatars/ID.json',
      'autostyle/failed/setup/avatars/ID.json',
    ]);
    expect(seen.records[1]?.record).toMatchObject({
      event: { eventName: 'ObjectCreated:PutObject', oss: { object: { key: 'avatars/bad.jpg' } } },
      error: { kind: 'permanent', code: 'ImageTooLarge', status: 400, ec: '0040' },
      fcRequestId: 'fc-1',
    });
  });

  it('logs a line a result and one summary', async () => {
    const { seen, run } = world(({ key }) => (key.includes('bad') ? failure({ kind: 'permanent' }) : undefined));
    await run('avatars/a.jpg', 'avatars/bad.jpg', 'notes.txt');
    expect(seen.lines.map(({ event, level, status }) => [event, level, status])).toEqual([
      ['result', 'info', 'skipped'],
      ['result', 'info', 'saved'],
      ['result', 'info', 'saved'],
      ['result', 'error', 'failed'],
      ['result', 'error', 'failed'],
      ['summary', 'warn', undefined],
    ]);
    expect(seen.lines[1]).toMatchObject({
      httpStatus: 200,
      processStatus: 'OK',
      requestId: 'R',
      bucket: 'out',
      bytes: 7,
    });
    expect(seen.lines.at(-1)).toMatchObject({ saved: 2, skipped: 1, failed: 2, journaled: 2 });
  });

  it('skips a source that is gone', async () => {
    const { run } = world(() => failure({ status: 404, kind: 'gone', code: 'NoSuchKey' }));
    const summary = await run('avatars/a.jpg');
    expect(summary).toMatchObject({ saved: 0, skipped: 2, failed: 0 });
    expect(summary.results[0]).toMatchObject({
      reason: 'source-gone',
      rule: 'avatars',
      target: 'oss://out/avatars/a.jpg.100',
    });
  });

  it('looks at an object whose size the event does not tell, when a rule asks for it', async () => {
    const { seen, run } = world();
    const summary = await run('small/a.png', 'small/large.png', 'small/gone.png', 'small/b.png=10', 'small/c.png=11');
    expect(seen.processed.map(({ key }) => key)).toEqual(['small/a.png', 'small/b.png']);
    expect(summary.results.map(({ reason }) => reason)).toEqual([
      undefined,
      undefined,
      'no-rule',
      'source-gone',
      'no-rule',
    ]);
  });

  it('accounts for malformed records and timers', async () => {
    const { seen, handling } = world();
    const { events } = JSON.parse(eventOf('notes.txt').toString());
    const timer = { triggerTime: '2026-11-22T08:31:00Z', triggerName: 'every-minute' };
    const delivery = readEvent(Buffer.from(JSON.stringify({ events: [{ eventName: 'x' }, ...events, timer] })));
    const summary = await handle(delivery, handling);
    expect(summary).toMatchObject({ saved: 0, skipped: 2, failed: 1 });
    expect(summary.results[0]).toMatchObject({ source: 'event:events[0]', error: { code: 'MalformedRecord' } });
    expect(summary.results[1]).toMatchObject({ source: 'timer:every-minute' });
    expect(seen.records).toMatchObject([{ record: { kind: 'permanent', source: 'event:events[0]' } }]);
  });

  it('throws RetryLater with names when the journal cannot be written', async () => {
    const { run } = world(() => failure({}), {
      journalOss: { putObject: () => Promise.reject(failure({ kind: 'setup' })) },
    });
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
    const { run } = world(() => failure({ kind }), { journal: 'throw' });
    await expect(run('avatars/a.jpg')).rejects.toMatchObject({ name });
  });

  it('names at most ten leftovers', async () => {
    const { run } = world(() => failure({}), { journal: 'throw' });
    const keys = Array.from({ length: 50 }, (_, i) => `avatars/${i}.jpg`);
    await expect(run(...keys)).rejects.toMatchObject({
      message: expect.stringMatching(/^100 not finished: .* and 90 more$/),
    });
  });

  it('lets a bug through', async () => {
    const { run } = world(() => new TypeError('bug') as never);
    await expect(run('avatars/a.jpg')).rejects.toThrow('bug');
  });
});
