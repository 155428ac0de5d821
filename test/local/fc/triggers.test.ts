import { describe, expect, it } from 'vitest';
import { checkOssTriggers, covers, type OssTrigger, parseTimer } from '../../../src/local/fc/triggers.js';
import { startFc } from './fixture.js';

const putEvent = 'oss:ObjectCreated:PutObject';
const trigger = (options: Partial<OssTrigger> = {}): OssTrigger => ({
  triggerName: 't',
  bucket: 'photos',
  events: [putEvent],
  ...options,
});
const record = (eventName: string, bucket: string, key: string) => ({
  eventName,
  oss: { bucket: { name: bucket }, object: { key, size: 3 }, ossSchemaVersion: '1.0' },
});

describe('covers', () => {
  const table: [Partial<OssTrigger>, string, string, string, boolean][] = [
    [{}, 'ObjectCreated:PutObject', 'photos', 'a.jpg', true],
    [{}, 'ObjectCreated:PostObject', 'photos', 'a.jpg', false],
    [{}, 'ObjectCreated:PutObject', 'other', 'a.jpg', false],
    [{ events: ['oss:ObjectCreated:*'] }, 'ObjectCreated:CompleteMultipartUpload', 'photos', 'a', true],
    [{ events: ['oss:ObjectCreated:*'] }, 'ObjectRemoved:DeleteObject', 'photos', 'a', false],
    [{ prefix: 'in/' }, 'ObjectCreated:PutObject', 'photos', 'in/a', true],
    [{ prefix: 'in/' }, 'ObjectCreated:PutObject', 'photos', 'IN/a', false],
    [{ suffix: '.jpg' }, 'ObjectCreated:PutObject', 'photos', 'a.jpg', true],
    [{ suffix: '.jpg' }, 'ObjectCreated:PutObject', 'photos', 'a.JPG', false],
    [{ prefix: '图/', suffix: '😀' }, 'ObjectCreated:PutObject', 'photos', '图/x😀', true],
  ];
  it.each(table)('%j, %s in %s of %s: %s', (options, eventName, bucket, key, expected) => {
    expect(covers(trigger(options), record(eventName, bucket, key))).toBe(expected);
  });
});

describe('checkOssTriggers', () => {
  it.each<[string, Partial<OssTrigger>[], RegExp]>([
    ['the same twice', [{}, { triggerName: 'u' }], /^trigger u: overlaps trigger t/],
    ['a prefix within a prefix', [{ prefix: 'a/' }, { prefix: 'a/b/' }], /overlaps/],
    ['a family over one of its events', [{}, { events: ['oss:ObjectCreated:*'] }], /overlaps/],
    ['a suffix within a suffix', [{ suffix: '.jpg' }, { suffix: 'x.jpg', prefix: 'a' }], /overlaps/],
    ['a prefix that never fires', [{ prefix: '/a' }], /must not start with \//],
    ['an unknown event', [{ events: ['ObjectCreated:PutObject'] }], /expected such as oss:ObjectCreated:PutObject/],
    ['no event', [{ events: [] }], /got none/],
    ['an eleventh', Array.from({ length: 11 }, (_, n) => ({ prefix: `${n}/` })), /more than 10/],
  ])('refuses %s', (_, options, message) => {
    expect(() => checkOssTriggers(options.map(trigger))).toThrow(message);
  });

  it.each<[string, Partial<OssTrigger>[]]>([
    ['other buckets', [{}, { bucket: 'other' }]],
    ['other events', [{}, { events: ['oss:ObjectRemoved:DeleteObject'] }]],
    ['disjoint prefixes', [{ prefix: 'a/' }, { prefix: 'b/' }]],
    ['disjoint suffixes', [{ suffix: '.jpg' }, { suffix: '.png' }]],
  ])('takes %s', (_, options) => {
    expect(() => checkOssTriggers(options.map(trigger))).not.toThrow();
  });
});

describe('parseTimer', () => {
  it.each([
    ['@every 1m', 1],
    ['@every 90m', 90],
    ['0 * * * * *', 1],
    ['0 */5 * * * *', 5],
    ['0 0/5 * * * *', 5],
  ])('%s is every %d minutes', (cronExpression, minutes) => {
    expect(parseTimer({ triggerName: 't', cronExpression })).toBe(minutes * 60_000);
  });
  it.each(['@every 0m', '@every 5s', '* * * * *', '0 0 4 * * *', ''])('refuses %j', (cronExpression) => {
    expect(() => parseTimer({ triggerName: 't', cronExpression })).toThrow(RangeError);
  });
});

describe('delivery by triggers', () => {
  it('gives each trigger that covers a record its own invocation, with the id of its rule', async () => {
    const events: string[] = [];
    const fc = startFc(
      'exports.handler = async (event) => event;',
      {
        ossTriggers: [
          trigger({ triggerName: 'jpg', suffix: '.jpg' }),
          trigger({ triggerName: 'removed', events: ['oss:ObjectRemoved:*'] }),
        ],
      },
      { onInvocation: (report) => events.push(report.result.toString()) },
    );
    const put = record('ObjectCreated:PutObject', 'photos', 'a.jpg');
    const ids = fc.ossEvent(put);
    expect(fc.ossEvent(record('ObjectCreated:PutObject', 'photos', 'a.png'))).toEqual([]);
    await fc.idle();
    expect(ids).toHaveLength(1);
    expect(events.map((event) => JSON.parse(event))).toEqual([
      { events: [{ ...put, oss: { ...put.oss, ruleId: expect.stringMatching(/^[0-9a-f]{40}$/) } }] },
    ]);
    expect(put.oss).not.toHaveProperty('ruleId');
  });

  it('delivers twice, with two request ids, when ossDelivery says so', async () => {
    const ids: string[] = [];
    const fc = startFc(
      'exports.handler = async () => {};',
      { ossTriggers: [trigger()] },
      { ossDelivery: () => [0, 5], onInvocation: (report) => ids.push(report.requestId) },
    );
    const delivered = fc.ossEvent(record('ObjectCreated:PutObject', 'photos', 'a'));
    await fc.idle();
    expect(new Set(delivered).size).toBe(2);
    expect(ids.sort()).toEqual(delivered.sort());
  });

  it('fires timers by hand', async () => {
    const events: unknown[] = [];
    const fc = startFc(
      'exports.handler = async (event) => event;',
      {
        timers: [
          { triggerName: 'minute', cronExpression: '@every 1m', payload: 'journal' },
          { triggerName: 'hour', cronExpression: '@every 60m' },
        ],
      },
      {
        now: () => Date.UTC(2026, 10, 22, 8, 30, 1, 500),
        onInvocation: (report) => events.push(JSON.parse(report.result.toString())),
      },
    );
    expect(fc.tick('minute')).toHaveLength(1);
    await fc.idle();
    expect(events).toEqual([{ triggerTime: '2026-11-22T08:30:01Z', triggerName: 'minute', payload: 'journal' }]);
    expect(fc.tick()).toHaveLength(2);
    await fc.idle();
  });
});
