// Which sources a plan looks at, page by page.
import { describe, expect, it } from 'vitest';
import { ahead, distinctScopes, listedPages } from '../../src/reconcile/sources.js';
import type { SourcePage } from '../../src/sweep/compare.js';
import type { KeyRange } from '../../src/sweep/selection.js';
import { memoryOss } from '../support/memory-oss.js';

const photos = (prefix: string, range: Partial<KeyRange> = {}): KeyRange => ({ bucket: 'photos', prefix, ...range });

describe('scopes', () => {
  it.each<[string, KeyRange[], KeyRange[]]>([
    ['one in another', [photos('a/b/'), photos('a/'), photos('b/')], [photos('a/'), photos('b/')]],
    ['one twice', [photos('a/'), photos('a/')], [photos('a/')]],
    ['a whole bucket', [photos('a/'), photos(''), photos('b')], [photos('')]],
    ['buckets', [photos('a/'), { bucket: 'other', prefix: '' }], [photos('a/'), { bucket: 'other', prefix: '' }]],
    [
      'ranges of one prefix',
      [photos('a/', { through: 'a/m' }), photos('a/', { after: 'a/m' })],
      [photos('a/', { through: 'a/m' }), photos('a/', { after: 'a/m' })],
    ],
    ['a range of what is there as a whole', [photos('a/', { after: 'a/m' }), photos('a/')], [photos('a/')]],
  ])('count %s once', (_, scopes, distinct) => {
    expect(distinctScopes(scopes)).toEqual(distinct);
  });
});

describe('pages', () => {
  const keys = ['a', 'a/1', 'a/2', 'a/3', 'a/4', 'a/5', 'b'];
  const oss = memoryOss(() => 0);
  for (const key of keys) oss.store(`oss://photos/${key}`, 'x');
  const client = (limit: number) => () => ({
    listObjects: (request: Parameters<typeof oss.oss.listObjects>[0]) =>
      oss.oss.listObjects({ ...request, limit: Math.min(limit, request.limit) }),
  });
  const pagesOf = async (range: KeyRange, limit: number, most?: number): Promise<SourcePage[]> => {
    const pages: SourcePage[] = [];
    for await (const page of listedPages(range, client(limit), most)) pages.push(page);
    return pages;
  };
  const shown = (pages: readonly SourcePage[]): unknown[] =>
    pages.map(({ objects, after, through }) => [after, objects.map(({ key }) => key).join(' '), through]);

  it('cover the scope, each from behind the last key of the one before', async () => {
    expect(shown(await pagesOf(photos('a/'), 2))).toEqual([
      [undefined, 'a/1 a/2', 'a/2'],
      ['a/2', 'a/3 a/4', 'a/4'],
      ['a/4', 'a/5', undefined],
    ]);
  });

  it('cover it where a page has no key', async () => {
    let nth = 0;
    const empty = () => ({
      async listObjects(request: Parameters<typeof oss.oss.listObjects>[0]) {
        nth += 1;
        if (nth === 2) return { objects: [], next: request.after ?? '' };
        return client(2)().listObjects(request);
      },
    });
    const pages: SourcePage[] = [];
    for await (const page of listedPages(photos('a/'), empty)) pages.push(page);
    expect(shown(pages).slice(0, 3)).toEqual([
      [undefined, 'a/1 a/2', 'a/2'],
      ['a/2', '', 'a/2'],
      ['a/2', 'a/3 a/4', 'a/4'],
    ]);
  });

  it('keep to a range', async () => {
    expect(shown(await pagesOf(photos('a/', { after: 'a/1', through: 'a/4' }), 2))).toEqual([
      ['a/1', 'a/2 a/3', 'a/3'],
      ['a/3', 'a/4', 'a/4'],
    ]);
    expect(shown(await pagesOf(photos('a/', { after: 'a/1', through: 'a/3' }), 2))).toEqual([
      ['a/1', 'a/2 a/3', 'a/3'],
      ['a/3', '', 'a/3'],
    ]);
  });

  it('of an empty scope are one', async () => {
    expect(shown(await pagesOf(photos('c/'), 2))).toEqual([[undefined, '', undefined]]);
  });

  it('of a sample end with it', async () => {
    expect(shown(await pagesOf(photos(''), 2, 3))).toEqual([
      [undefined, 'a a/1', 'a/1'],
      ['a/1', 'a/2', 'a/2'],
    ]);
  });
});

describe('work ahead', () => {
  async function* numbers(most: number): AsyncGenerator<number> {
    for (let at = 0; at < most; at += 1) yield at;
  }

  it('goes on with the next while the first is under way, and gives results in order', async () => {
    let running = 0;
    let most = 0;
    const results: number[] = [];
    const work = async (item: number): Promise<number> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, item % 2 === 0 ? 5 : 0));
      running -= 1;
      return item;
    };
    for await (const result of ahead(numbers(9), work)) results.push(result);
    expect(results).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(most).toBe(2);
  });

  it('fails with the first failure', async () => {
    const work = async (item: number): Promise<number> => {
      if (item > 0) throw new Error(`${item}`);
      return item;
    };
    const reading = (async () => {
      for await (const _ of ahead(numbers(9), work));
    })();
    await expect(reading).rejects.toThrow('1');
  });
});
