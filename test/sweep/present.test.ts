// What is there is found with few requests where it lies together, and is found at all wherever it lies.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isThrough, presentObjects, type Sought } from '../../src/sweep/present.js';
import { type MemoryOss, memoryOss } from '../support/memory-oss.js';

const second = 1_000;

function stored(...uris: string[]): MemoryOss {
  const oss = memoryOss(() => 0);
  for (const [nth, uri] of uris.entries()) oss.store(uri, 'x'.repeat(nth + 1), (nth + 1) * second);
  return oss;
}

const requests = ({ calls }: MemoryOss) =>
  ['list', 'head'].map((api) => calls.filter((call) => call.api === api).length);

const numbered = (count: number, name: (nth: string) => string) =>
  Array.from({ length: count }, (_, nth) => name(String(nth).padStart(6, '0')));

const out = (keys: readonly string[]): Sought[] => keys.map((key) => ({ bucket: 'out', key }));

describe('presentObjects', () => {
  it('takes nothing for absent where a list goes on, but shows no key', async () => {
    const oss = stored(...numbered(10, (nth) => `oss://out/t/${nth}`));
    const group = out(numbered(10, (nth) => `t/${nth}`));
    const listObjects = () => Promise.resolve({ objects: [], next: 'token' });
    const found = await presentObjects({ ...oss.oss, listObjects }, [group], 5);
    expect(group.map((one) => found.get(one)?.length)).toEqual(Array(10).fill(1));
  });

  it.each<[what: string, there: string[], groups: Sought[][], lists: number, heads: number]>([
    ['nothing', [], [], 0, 0],
    ['a few', ['a', 'c'], [out(['a', 'b', 'c', 'd'])], 0, 4],
    ['a page that lies together', numbered(1_000, (n) => `t/${n}`), [out(numbered(1_000, (n) => `t/${n}`))], 1, 0],
    ['a page of nothing', [], [out(numbered(1_000, (n) => `t/${n}`))], 1, 0],
    [
      'three outputs that lie between each other',
      numbered(1_000, (n) => n).flatMap((n) => [`${n}.1`, `${n}.2`, `${n}.3`]),
      ['1', '2', '3'].map((end) => out(numbered(1_000, (n) => `${n}.${end}`))),
      3,
      0,
    ],
    [
      'two outputs that lie apart',
      numbered(2_000, (n) => `${Number(n) % 2 ? 'a' : 'z'}/${n}`),
      ['a', 'z'].map((folder) => out(numbered(1_000, (n) => `${folder}/${n}`))),
      2,
      0,
    ],
    [
      'what lies among too many others',
      numbered(10_000, (n) => n),
      [out(numbered(50, (n) => `00${n.slice(4)}00`))],
      4,
      10,
    ],
    [
      'what four pages reach, behind a gap',
      numbered(9_000, (n) => n),
      [out([...numbered(1_500, (n) => n), ...numbered(1_000, (n) => `0080${n.slice(4)}`).slice(0, 100)])],
      3,
      0,
    ],
  ])('finds %s, with as few requests as can be', async (_, there, groups, lists, heads) => {
    const oss = memoryOss(() => 0);
    for (const key of there) oss.store(`oss://out/${key}`, 'x');
    const found = await presentObjects(oss.oss, groups, 5);
    const keys = new Set(there);
    const wrong = groups.flat().filter((one) => found.get(one)?.length !== (keys.has(one.key) ? 1 : 0));
    expect(wrong).toEqual([]);
    expect(requests(oss)).toEqual([lists, heads]);
  });

  it('says what is there: ETag, size and time', async () => {
    const uris = numbered(6, (n) => `oss://out/${n}`);
    const oss = stored(...uris);
    const some = out(numbered(6, (n) => n));
    const [listed, looked] = await Promise.all([
      presentObjects(oss.oss, [some], 5),
      presentObjects(
        oss.oss,
        some.map((one) => [one]),
        5,
      ),
    ]);
    for (const found of [listed, looked]) {
      expect(some.map((one) => found.get(one)?.[0])).toMatchObject(
        uris.map((uri, nth) => ({
          key: uri.slice('oss://out/'.length),
          size: nth + 1,
          etag: 'X'.repeat(nth + 1),
          lastModified: (nth + 1) * second,
        })),
      );
    }
  });

  it('gives up on keys of which more begin alike than a page holds', async () => {
    const oss = stored(...numbered(1_001, (n) => `oss://out/a.${n}`), 'oss://out/b.1');
    const [many, one] = ['a.', 'b.'].map((key): Sought => ({ bucket: 'out', key, begins: true }));
    const found = await presentObjects(oss.oss, [[many as Sought, one as Sought]], 5);
    expect(found.has(many as Sought)).toBe(true);
    expect(found.get(many as Sought)).toBeUndefined();
    expect(found.get(one as Sought)?.map(({ key }) => key)).toEqual(['b.1']);
  });

  const letters = ['a', '\u{10000}', '\uffee', '~', '/', '\u0001', 'b', '\u{10ffff}'];
  const keys = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 4 });
  it('finds all that is there, whatever the order of keys, and however small the pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(keys, { maxLength: 40 }),
        fc.array(fc.array(fc.record({ key: keys, begins: fc.boolean() }), { maxLength: 12 }), { maxLength: 3 }),
        fc.integer({ min: 1, max: 6 }),
        async (there, asked, most) => {
          const oss = memoryOss(() => 0);
          for (const key of there) oss.store(`oss://out/${key}`, key);
          const groups = asked.map((group) => group.map((one): Sought => ({ bucket: 'out', ...one })));
          const { headObject, listObjects } = oss.oss;
          const small: typeof listObjects = (request) => listObjects({ ...request, limit: most });
          const found = await presentObjects({ headObject, listObjects: small }, groups, 5);
          for (const one of groups.flat()) {
            const expected = there.filter((key) => (one.begins ? key.startsWith(one.key) : key === one.key));
            expect(found.has(one)).toBe(true);
            const present = found.get(one)?.map(({ key }) => key);
            if (one.begins && present === undefined) expect(expected.length).toBeGreaterThan(most);
            else expect(present?.sort()).toEqual(expected.sort());
          }
        },
      ),
    );
  });
});

describe('isThrough', () => {
  it.each<[Sought, string | undefined, boolean]>([
    [{ bucket: 'b', key: 'a' }, undefined, true],
    [{ bucket: 'b', key: 'a' }, 'a', true],
    [{ bucket: 'b', key: 'a/' }, 'a', false],
    [{ bucket: 'b', key: 'a.', begins: true }, 'a.jpg', false],
    [{ bucket: 'b', key: 'a.', begins: true }, 'a.', false],
    [{ bucket: 'b', key: 'a.', begins: true }, 'a/', true],
    [{ bucket: 'b', key: '\uffee' }, '\u{10000}', true],
    [{ bucket: 'b', key: '\u{10000}' }, '\uffee', false],
  ])('%j, up to %j: %j', (sought, last, expected) => {
    expect(isThrough(sought, last)).toBe(expected);
  });
});
