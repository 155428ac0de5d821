import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Failed, type Outcome, resultOf, type Saved, summarize } from '../../src/pipeline/outcome.js';

const saved = (key: string): Saved => ({
  status: 'saved',
  source: { bucket: 'photos', key },
  rule: 'avatars',
  style: 'image/resize,w_100',
  target: { bucket: 'photos-out', key: `${key}.webp` },
  bytes: 3267,
  ms: 84,
  requestId: '5C3D9175B6FC201293AD4890',
  httpStatus: 200,
  processStatus: 'OK',
});

const failed = (key: string): Failed => ({
  status: 'failed',
  source: { bucket: 'photos', key },
  rule: 'avatars',
  target: { bucket: 'photos-out', key: `${key}.webp` },
  error: {
    kind: 'permanent',
    code: 'ImageTooLarge',
    message: 'too large',
    status: 400,
    requestId: 'R',
    ec: '0040-00000012',
  },
});

const skipped = { status: 'skipped', source: { bucket: 'photos', key: 'readme.txt' }, reason: 'no-rule' } as const;

describe('resultOf', () => {
  it('is flat, with objects as oss:// addresses, never percent-encoded', () => {
    expect(resultOf(saved('目录/a b%2B.jpg'))).toEqual({
      status: 'saved',
      source: 'oss://photos/目录/a b%2B.jpg',
      rule: 'avatars',
      style: 'image/resize,w_100',
      target: 'oss://photos-out/目录/a b%2B.jpg.webp',
      bytes: 3267,
      ms: 84,
      requestId: '5C3D9175B6FC201293AD4890',
    });
    expect(resultOf(skipped)).toEqual({ status: 'skipped', source: 'oss://photos/readme.txt', reason: 'no-rule' });
    expect(resultOf(failed('b.jpg'))).toMatchObject({
      status: 'failed',
      error: { kind: 'permanent', ec: '0040-00000012' },
    });
  });

  it('says when nobody verified', () => {
    expect(resultOf({ ...saved('a'), unverified: true })).toMatchObject({ unverified: true });
  });
});

describe('summarize', () => {
  it('counts, and puts failures first', () => {
    const { results, ...counters } = summarize([skipped, saved('a.jpg'), failed('b.jpg')]);
    expect(counters).toEqual({ saved: 1, skipped: 1, failed: 1 });
    expect(results.map(({ status }) => status)).toEqual(['failed', 'saved', 'skipped']);
  });

  it('stays under 16 KB, says what it cut, and counts all', () => {
    const many = Array.from({ length: 5000 }, (_, i) => (i % 2 === 0 ? saved(`目录/${i}.jpg`) : failed(`${i}.jpg`)));
    const summary = summarize(many);
    expect(Buffer.byteLength(JSON.stringify(summary))).toBeLessThanOrEqual(16_384);
    expect(Buffer.byteLength(JSON.stringify(summary))).toBeGreaterThan(15_000);
    expect(summary).toMatchObject({ saved: 2500, failed: 2500, skipped: 0 });
    expect(summary.results.length + (summary.omitted ?? 0)).toBe(5000);
    expect(summary.results.every(({ status }) => status === 'failed')).toBe(true);
  });

  it('leaves out nothing that would fit, measured in JSON', () => {
    const texts = fc.tuple(fc.constantFrom('a', '"', '\u0001', '\ud800', '照', '🦉'), fc.nat(700));
    const outcomes = fc.oneof(
      texts.map(([text, times]) => ({ ...saved(text.repeat(times)), usedStyle: text.repeat(times / 2) })),
      texts.map(([text, times]) => ({ ...failed('b'), error: { ...failed('b').error, message: text.repeat(times) } })),
      texts.map(([text, times]): Outcome => ({ ...skipped, source: text.repeat(times) })),
    );
    const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
    const order = ['failed', 'saved', 'skipped'];
    fc.assert(
      fc.property(fc.array(outcomes, { maxLength: 12 }), (all) => {
        const summary = summarize(all);
        expect(bytes(summary)).toBeLessThanOrEqual(16_384);
        const sorted = order.flatMap((status) => all.filter((one) => one.status === status)).map(resultOf);
        const fit = sorted.filter((result) => bytes(result) < 4_096);
        const { results } = summary;
        expect(results).toEqual(fit.slice(0, results.length));
        // The next one would have gone beyond what is for results: all but 128 bytes.
        const more = fit.slice(0, results.length + 1);
        if (more.length > results.length) expect(bytes(more)).toBeGreaterThan(16_384 - 128);
      }),
    );
  });

  it('stays under 16 KB when a single result would not fit', () => {
    const huge = { ...failed('x'), error: { ...failed('x').error, message: '\u0001'.repeat(20_000) } };
    const summary = summarize([huge, failed('b'), saved('a')]);
    expect(summary).toMatchObject({ saved: 1, failed: 2, omitted: 1 });
    expect(summary.results.map(({ source }) => source)).toEqual(['oss://photos/b', 'oss://photos/a']);
    expect(Buffer.byteLength(JSON.stringify(summary))).toBeLessThanOrEqual(16_384);
  });
});
