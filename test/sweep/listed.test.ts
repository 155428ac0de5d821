// A listed source goes the way of an event: it is the same upload, and its journal record can be read again.
import { describe, expect, it } from 'vitest';
import { readEvent } from '../../src/pipeline/event.js';
import { removalOf, uploadOf } from '../../src/sweep/listed.js';

const lastModified = Date.UTC(2026, 10, 22, 8, 30, 1);
const listed = { key: 'avatars/目 +.jpg', etag: 'ab12', size: 7, lastModified };

describe('uploadOf', () => {
  it.each([
    [listed, 'ObjectCreated:PutObject', 7],
    [{ ...listed, symlink: true }, 'ObjectCreated:PutSymlink', undefined],
  ])('%j is the upload that its record describes', (object, event, size) => {
    const upload = uploadOf('photos', object);
    expect(upload).toMatchObject({ kind: 'stored', event, size, etag: 'AB12', time: lastModified });
    expect(readEvent(Buffer.from(JSON.stringify(upload.record))).uploads).toEqual([upload]);
  });
});

describe('removalOf', () => {
  it('is the removal that its record describes', () => {
    const upload = removalOf({ bucket: 'photos', key: 'avatars/目 +.jpg' });
    expect(upload).toMatchObject({ kind: 'removed', bucket: 'photos', key: 'avatars/目 +.jpg' });
    const [read] = readEvent(Buffer.from(JSON.stringify(upload.record))).uploads;
    expect(JSON.stringify(read)).toBe(JSON.stringify(read && { ...read, ...upload }));
  });
});
