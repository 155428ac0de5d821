// What the page keeps of uploads: the same in whatever order entries come, and never more than so much.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardsOf } from '../../../../src/local/page/uploads/cards.js';
import { noUploads, withEntries } from '../../../../src/local/page/uploads/uploads.js';
import type { Entry, NewEntry } from '../../../../src/local/studio/activity.js';

const stored = (key: string, requests: readonly string[], more: object = {}): NewEntry => {
  return {
    kind: 'object',
    event: 'ObjectCreated:PutObject',
    bucket: 'photos',
    key,
    size: 9,
    etag: 'E',
    requests,
    ...more,
  };
};
const removed = (key: string, requests: readonly string[]): NewEntry => {
  return stored(key, requests, { event: 'ObjectRemoved:DeleteObject' });
};
const told = (request: string, fields: object): NewEntry => {
  return { kind: 'log', request, stream: 'stdout', line: JSON.stringify({ event: 'result', ...fields }) };
};
const saved = (request: string, source: string, target: string, more: object = {}) => {
  return told(request, {
    status: 'saved',
    source: `oss://photos/${source}`,
    rule: 'r',
    target: `oss://out/${target}`,
    ...more,
  });
};
const failed = (request: string, source: string, target: string) => {
  return told(request, {
    status: 'failed',
    source: `oss://photos/${source}`,
    rule: 'r',
    target: `oss://out/${target}`,
    error: { kind: 'permanent', code: 'BadRequest', message: 'no', ec: '1' },
  });
};
const ended = (request: string, attempt = 1, error?: string): NewEntry => {
  return { kind: 'invocation', request, attempt, ms: 5, coldStart: false, memoryMB: 50, error };
};
const numbered = (entries: readonly NewEntry[]): Entry[] =>
  entries.map((entry, at) => ({ ...entry, number: at + 1, at: 1_000 + at }));
const cards = (...entries: NewEntry[]) => cardsOf(withEntries(noUploads, numbered(entries)));

describe('a card', () => {
  it('is running until its invocation has ended, then has its results', () => {
    expect(cards(stored('a', ['1']))).toMatchObject([{ state: 'running', results: [] }]);
    expect(cards(stored('a', ['1']), saved('1', 'a', 'x'), saved('1', 'a', 'y'), ended('1'))).toMatchObject([
      {
        state: 'done',
        results: [
          { status: 'saved', target: { bucket: 'out', key: 'x' } },
          { status: 'saved', target: { bucket: 'out', key: 'y' } },
        ],
      },
    ]);
  });

  it('says that no trigger covers an upload', () => {
    expect(cards(stored('a', []))).toMatchObject([{ state: 'uncovered' }]);
  });

  it('is not made for what the function stores, nor for parts of an upload', () => {
    const part = stored('a', [], { event: 'ObjectCreated:UploadPart' });
    expect(cards(stored('a', [], { byFunction: true }), part)).toEqual([]);
  });

  it('has the results of the last attempt, and the error until there are some', () => {
    const first = [stored('a', ['1']), failed('1', 'a', 'x'), ended('1', 1, 'RetryLater: no')];
    expect(cards(...first)).toMatchObject([
      { state: 'running', attempts: 1, error: 'RetryLater: no', results: [{ status: 'failed' }] },
    ]);
    const [card] = cards(...first, saved('1', 'a', 'x'), ended('1', 2));
    expect(card).toMatchObject({ state: 'done', attempts: 2, results: [{ status: 'saved' }] });
    expect(card?.error).toBeUndefined();
  });

  it('says that Function Compute has given it up', () => {
    const gaveUp: NewEntry = { kind: 'given-up', request: '1', condition: 'RetryExhausted' };
    expect(cards(stored('a', ['1']), ended('1', 1, 'X: y'), gaveUp)).toMatchObject([
      { state: 'given-up', givenUp: 'RetryExhausted', error: 'X: y' },
    ]);
  });

  it('has what a replay made in the place of what failed', () => {
    const entries = [
      stored('a', ['1']),
      failed('1', 'a', 'x'),
      ended('1'),
      stored('b', []),
      stored('a', ['2'], { again: true }),
    ];
    expect(cards(...entries)).toMatchObject([
      { object: { key: 'b' } },
      { object: { key: 'a' }, state: 'running', replays: 1, results: [{ status: 'failed' }] },
    ]);
    expect(cards(...entries, saved('2', 'a', 'x'), ended('2'))[1]).toMatchObject({
      state: 'done',
      results: [{ status: 'saved' }],
    });
  });

  it('keeps no skip beside what a later attempt did', () => {
    const skip = told('1', { status: 'skipped', source: 'oss://photos/a', reason: 'source-gone' });
    const [card] = cards(stored('a', ['1']), skip, saved('1', 'a', 'x'), ended('1'));
    expect(card?.results.map(({ status }) => status)).toEqual(['saved']);
  });

  it('has what the timer made later of the same upload, and not of the one after it', () => {
    const [second, first] = cards(
      stored('a', ['1']),
      failed('1', 'a', 'x'),
      ended('1'),
      saved('timer', 'a', 'x'),
      stored('a', ['2']),
      failed('2', 'a', 'x'),
      ended('2'),
    );
    expect(first?.results.map(({ status }) => status)).toEqual(['saved']);
    expect(second?.results.map(({ status }) => status)).toEqual(['failed']);
  });

  it('says what happened to its key later', () => {
    const of = (...entries: NewEntry[]) => cards(...entries).map(({ removed, later }) => [removed, later]);
    expect(of(stored('a', []), stored('a', []))).toEqual([
      [false, undefined],
      [false, 'stored'],
    ]);
    expect(of(stored('a', []), removed('a', []), stored('b', []))).toEqual([
      [false, undefined],
      [true, undefined],
      [false, 'removed'],
    ]);
  });

  it('stands for itself where the upload that is run again is not known', () => {
    expect(cards(stored('a', ['1'], { again: true }), saved('1', 'a', 'x'), ended('1'))).toMatchObject([
      { replays: 0, state: 'done', results: [{ status: 'saved' }] },
    ]);
  });

  it('of an event that came twice, waits for both', () => {
    const entries = [stored('a', ['1', '2']), saved('1', 'a', 'x'), ended('1')];
    expect(cards(...entries)[0]?.state).toBe('running');
    expect(cards(...entries, ended('2'))[0]).toMatchObject({ state: 'done', results: [{ status: 'saved' }] });
  });
});

describe('what is kept', () => {
  const request = fc.constantFrom('1', '2', '3', '4', 'timer');
  const key = fc.constantFrom('a', 'b', 'c/../d');
  const entry: fc.Arbitrary<NewEntry> = fc.oneof(
    fc.tuple(key, fc.array(request, { maxLength: 2 }), fc.boolean()).map(([k, requests, again]) => {
      return stored(k, requests, again ? { again: true } : {});
    }),
    fc.tuple(key, fc.array(request, { maxLength: 2 })).map(([k, requests]) => removed(k, requests)),
    fc.tuple(request, key, fc.constantFrom('x', 'y')).map(([r, k, t]) => saved(r, k, t)),
    fc.tuple(request, key, fc.constantFrom('x', 'y')).map(([r, k, t]) => failed(r, k, t)),
    fc.tuple(request, fc.integer({ min: 1, max: 9 }), fc.option(fc.string())).map(([r, n, e]) => {
      return ended(r, n, e ?? undefined);
    }),
    request.map((r): NewEntry => ({ kind: 'given-up', request: r, condition: 'x' })),
    request.map((r): NewEntry => ({ kind: 'log', request: r, stream: 'runtime', line: 'FC Invoke End' })),
    fc.constant<NewEntry>({ kind: 'rules' }),
  );
  /** Without the order of a map. */
  const plain = (seen: ReturnType<typeof withEntries>) => ({
    objects: seen.objects,
    runs: [...seen.runs].sort(([one], [other]) => (one < other ? -1 : 1)),
  });

  it('does not depend on the order, on repetitions, or on how entries come together', () => {
    const run = fc.array(entry, { maxLength: 40 }).chain((entries) => {
      const all = numbered(entries);
      const copies = fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length, maxLength: 2 * all.length });
      return fc.tuple(fc.constant(all), copies, fc.array(fc.nat({ max: 5 }), { maxLength: 20 }));
    });
    fc.assert(
      fc.property(run, ([all, shuffled, cuts]) => {
        let seen = noUploads;
        for (const cut of cuts) seen = withEntries(seen, shuffled.splice(0, cut));
        seen = withEntries(seen, shuffled);
        expect(plain(seen)).toEqual(plain(withEntries(noUploads, all)));
      }),
    );
  });

  it('is bounded, whatever comes', () => {
    let seen = noUploads;
    let number = 0;
    const add = (...entries: NewEntry[]) => {
      seen = withEntries(
        seen,
        entries.map((one) => ({ ...one, number: ++number, at: 0 })),
      );
    };
    for (let at = 0; at < 1_000; at += 1) {
      add(stored(`${at}`, [`r${at}`]), saved(`r${at}`, `${at}`, 'x'), ended(`r${at}`), saved(`t${at}`, `${at}`, 'x'));
    }
    for (let at = 0; at < 300; at += 1) add(saved('r999', '999', `${at}`), ended('r999', at, 'again'));
    expect(seen.objects.map(({ key }) => key)).toEqual(Array.from({ length: 200 }, (_, at) => `${999 - at}`));
    expect(seen.runs.size).toBe(400);
    expect(seen.runs.get('r999')?.results).toHaveLength(50);
    expect(seen.runs.get('r999')?.attempts).toHaveLength(50);
    expect(cardsOf(seen)).toHaveLength(200);
  });

  it('stays the same object where nothing concerns it', () => {
    const seen = withEntries(noUploads, numbered([stored('a', [])]));
    expect(withEntries(seen, numbered([{ kind: 'log', request: '1', stream: 'stdout', line: 'x' }]))).toBe(seen);
  });
});
