// A list of objects, as pages of it come and as uploads and removals change it, against a list that is made anew.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareKeys,
  foldersOf,
  type Listing,
  nothingListed,
  withChanges,
  withPage,
} from '../../../../src/local/page/objects/listing.js';
import type { Entry } from '../../../../src/local/studio/activity.js';

const change = (key: string, removed = false, more: object = {}): Entry => {
  const event = removed ? 'ObjectRemoved:DeleteObject' : 'ObjectCreated:PutObject';
  const object = { kind: 'object', event, bucket: 'photos', key, size: 7, etag: 'E', requests: [] } as const;
  return { ...object, number: 1, at: 0, ...more };
};
const object = (key: string) => ({ key, size: 7, etag: 'E', time: '1970-01-01T00:00:00.000Z' });

/** What OSS would list: by the bytes of the keys. */
function listed(keys: readonly string[], prefix: string): Pick<Listing, 'folders' | 'objects'> {
  const sorted = [...keys].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  const below = sorted.filter((key) => key.startsWith(prefix));
  const slash = (key: string) => key.indexOf('/', prefix.length);
  return {
    folders: [...new Set(below.flatMap((key) => (slash(key) === -1 ? [] : [key.slice(0, slash(key) + 1)])))],
    objects: below.filter((key) => slash(key) === -1).map(object),
  };
}

const key = fc.array(fc.constantFrom('a', 'b', '/', '🦉', '\ufffd', '\u0001', '目'), { minLength: 1, maxLength: 4 });

it('is what a new list would be, after any uploads and removals', () => {
  const changes = fc.array(
    fc.tuple(
      key.map((parts) => parts.join('')),
      fc.boolean(),
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(changes, fc.constantFrom('', 'a', 'a/'), (all, prefix) => {
      const there = new Set<string>();
      for (const [name, removed] of all) {
        if (removed) there.delete(name);
        else there.add(name);
      }
      const shown = withChanges(
        nothingListed('photos', prefix, 0),
        all.map(([name, removed]) => change(name, removed)),
      );
      const expected = listed([...there], prefix);
      expect(shown.objects).toEqual(expected.objects);
      // A folder whose objects are gone stays until the list is read again.
      expect(shown.folders).toEqual(expect.arrayContaining([...expected.folders]));
    }),
  );
});

describe('with pages', () => {
  const first = withPage(nothingListed('photos', '', 0), {
    folders: ['b/'],
    objects: [object('a'), object('c')],
    next: 'T',
  });

  it('puts them together, each key once', () => {
    const both = withPage(first, { folders: ['d/'], objects: [object('c'), object('e')], next: undefined });
    expect(both).toMatchObject({ folders: ['b/', 'd/'], next: undefined });
    expect(both.objects.map(({ key: name }) => name)).toEqual(['a', 'c', 'e']);
  });

  it('adds nothing that a page to come will have', () => {
    const after = withChanges(first, [change('b'), change('d'), change('z/1'), change('a', true)]);
    expect(after.objects.map(({ key: name }) => name)).toEqual(['b', 'c']);
    expect(after.folders).toEqual(['b/']);
  });

  it.each([
    ['of another bucket', { bucket: 'others' }],
    ['that was only run again', { again: true }],
    ['that happened before the list was made', { at: -1 }],
    ['of a part of an upload', { event: 'ObjectCreated:UploadPart' }],
    ['of a part that is copied', { event: 'ObjectCreated:UploadPartCopy' }],
    ['of bytes that stay', { event: 'ObjectModified:UpdateObjectMeta' }],
  ])('takes nothing %s', (_, more) => {
    expect(withChanges(first, [change('b', false, more)]).objects).toEqual(first.objects);
  });
});

it('orders keys as OSS does', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (one, other) => {
      expect(Math.sign(compareKeys(one, other))).toBe(Buffer.compare(Buffer.from(one), Buffer.from(other)));
    }),
  );
});

it.each([
  ['', []],
  ['a', []],
  ['a/b', ['a/']],
  ['a//b/', ['a/', 'a//', 'a//b/']],
])('foldersOf(%j)', (prefix, folders) => {
  expect(foldersOf(prefix).map((folder) => folder.prefix)).toEqual(folders);
});
