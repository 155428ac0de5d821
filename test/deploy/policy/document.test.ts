import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grant, intoDocuments, lengthOf, objects } from '../../../src/deploy/policy/document.js';
import { isAllowed } from '../../support/ram.js';
import { account, onObject } from '../../support/wire-oss.js';

const many = (count: number, of: (index: number) => string) => Array.from({ length: count }, (_, index) => of(index));
const below = (prefix: string, bucket = 'photos') => objects('*', bucket, prefix);

describe('intoDocuments', () => {
  it('keeps what fits in one document, and leaves out what grants nothing', () => {
    const grants = [grant('read', ['oss:GetObject'], [below('a/')]), grant('none', ['oss:PutObject'], [])];
    const { documents, grants: kept, widenedTo } = intoDocuments(grants);
    expect(documents).toEqual([{ Version: '1', Statement: [grants[0]?.statement] }]);
    expect(kept).toEqual([grants[0]]);
    expect(widenedTo).toBeUndefined();
  });

  it('spreads what is longer over several, exactly', () => {
    const grants = [
      grant(
        'read',
        ['oss:GetObject'],
        many(300, (index) => below(`tenants/${index}/照片/`)),
        { StringEquals: { k: ['v'] } },
      ),
      grant(
        'write',
        ['oss:PutObject'],
        many(100, (index) => below(`tenants/${index}/out/`)),
      ),
    ];
    const { documents, widenedTo } = intoDocuments(grants);
    expect(documents.length).toBeGreaterThan(2);
    expect(widenedTo).toBeUndefined();
    for (const document of documents) expect(lengthOf(document)).toBeLessThanOrEqual(6144);
    for (const { statement } of grants) {
      const { Resource: _, ...rest } = statement;
      const spread = documents.flatMap(({ Statement }) => Statement.filter((one) => one.Action === statement.Action));
      expect(spread.flatMap(({ Resource }) => Resource)).toEqual(statement.Resource);
      for (const one of spread) expect(one).toMatchObject(rest);
    }
  });

  it('widens only what ten documents cannot hold, and says so', () => {
    const long = (index: number) => below(`tenants/${String(index).padStart(5, '0')}/${'x'.repeat(200)}/`);
    const grants = [
      grant('read', ['oss:GetObject'], many(1000, long)),
      grant('list', ['oss:ListObjects'], ['acs:oss:*:*:photos']),
    ];
    const { documents, widenedTo } = intoDocuments(grants);
    expect(documents.length).toBeLessThanOrEqual(10);
    expect(widenedTo).toBe(128);
    for (const document of documents) expect(lengthOf(document)).toBeLessThanOrEqual(6144);
    const read = (key: string) => isAllowed(documents, { action: 'oss:GetObject', resource: onObject('photos', key) });
    const keys = many(20, (index) => `tenants/${String(index * 50).padStart(5, '0')}/${'x'.repeat(200)}/a.jpg`);
    expect(keys.filter((key) => !read(key))).toEqual([]);
    expect(read('private/a.jpg')).toBe(false);
    expect(isAllowed(documents, { action: 'oss:ListObjects', resource: `acs:oss:cn:${account}:photos` })).toBe(true);
  });

  it('divides a condition that no document holds, and widens it only where ten do not', () => {
    const listing = (count: number) =>
      intoDocuments([
        grant('list', ['oss:ListObjects'], ['acs:oss:*:*:photos'], {
          StringLike: {
            'oss:Prefix': many(count, (index) => `t/${String(index).padStart(4, '0')}/${'x'.repeat(100)}/*`),
          },
        }),
      ]);
    const may = ({ documents }: ReturnType<typeof listing>, prefix: string) =>
      isAllowed(documents, {
        action: 'oss:ListObjects',
        resource: `acs:oss:cn:${account}:photos`,
        context: { 'oss:Prefix': prefix },
      });
    const some = listing(200);
    const lots = listing(1000);
    for (const { documents } of [some, lots]) {
      expect(documents.length).toBeLessThanOrEqual(10);
      for (const document of documents) expect(lengthOf(document)).toBeLessThanOrEqual(6144);
    }
    expect([some.widenedTo, lots.widenedTo]).toEqual([undefined, 128]);
    for (const at of many(200, (index) => `t/${String(index).padStart(4, '0')}/${'x'.repeat(100)}/a`)) {
      expect([may(some, at), may(lots, at)]).toEqual([true, true]);
    }
    expect([may(some, 't/0000/y'), may(lots, 'u/'), may(lots, '')]).toEqual([false, false, false]);
  });

  it('never makes a document too long, whatever the lengths', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.array(lengths, { minLength: 1, maxLength: 3 }), (groups) => {
        const grants = groups.map((group, at) =>
          grant(
            'w',
            [`a:${at}`],
            group.map((size, index) => `${at}-${index}-${'"'.repeat(size)}`),
          ),
        );
        for (const document of intoDocuments(grants).documents.slice(0, 10)) {
          expect(lengthOf(document)).toBeLessThanOrEqual(6144);
          expect(document.Statement.every(({ Resource }) => Resource.length > 0)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });
});
