import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readOperand, valuesOf } from '../../../src/cli/support/event-operand.js';
import { UserError } from '../../../src/terminal/user-error.js';

const told = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof UserError) return `${error.exitCode} ${error.message}`;
    throw error;
  }
  return 'nothing';
};

describe('what explain is given', () => {
  it.each([
    ['oss://photos/a.jpg', 'a.jpg'],
    ['oss://photos/a%20b+c.jpg', 'a%20b+c.jpg'],
    ['oss://photos/图片 🎈.jpg', '图片 🎈.jpg'],
    ['oss://photos/a\nb', 'a\nb'],
    ['oss://photos//a', '/a'],
    ['oss://photos/folder/', 'folder/'],
    ['oss://photos/a?b#c', 'a?b#c'],
  ])('takes the key of %j as it is', (uri, key) => {
    expect(readOperand(uri).uploads).toMatchObject([
      { kind: 'stored', event: 'ObjectCreated:PutObject', bucket: 'photos', key },
    ]);
  });

  it.each([
    ['CopyObject', 'stored', 'ObjectCreated:CopyObject'],
    ['oss:ObjectCreated:PostObject', 'stored', 'ObjectCreated:PostObject'],
    ['ObjectRemoved', 'removed', 'ObjectRemoved:DeleteObject'],
    ['DeleteObjects', 'removed', 'ObjectRemoved:DeleteObjects'],
    ['FinishRestore', 'stored', 'ObjectRestore:FinishRestore'],
    ['ObjectReplication:ObjectRemoved', 'removed', 'ObjectReplication:ObjectRemoved'],
  ])('--event %s', (name, kind, event) => {
    expect(readOperand('oss://photos/a', name).uploads).toMatchObject([{ kind, event }]);
    expect(readOperand('events/put-object.json', name).uploads).toMatchObject([{ kind, event }]);
  });

  it.each(['UploadPart', 'AbortMultipartUpload'])('knows that %s is no upload', (name) => {
    expect(readOperand('oss://photos/a', name)).toMatchObject({
      uploads: [],
      ignored: [{ reason: 'not-an-upload' }],
    });
    expect(readOperand('events/put-object.json', name)).toMatchObject({
      uploads: [],
      ignored: [{ reason: 'not-an-upload' }],
    });
  });

  it('tells mistakes in one line', () => {
    const folder = mkdtempSync(join(tmpdir(), 'autostyle-operand-'));
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, '{');
    try {
      expect([
        told(() => readOperand('oss://photos')),
        told(() => readOperand('oss:///key')),
        told(() => readOperand('oss://photos/a', 'put')),
        told(() => readOperand('nowhere.json')),
        told(() => readOperand(broken)),
        told(() => valuesOf({ size: '4 GB' })),
        told(() => valuesOf({ size: '-1' })),
        told(() => valuesOf({ etag: 'a b' })),
        told(() => valuesOf({ time: 'yesterday' })),
        told(() => valuesOf({ time: '2026-13-01' })),
        told(() => valuesOf({ time: '2026-02-30' })),
        told(() => valuesOf({ time: '2027-02-29T10:00:00+08:00' })),
      ]).toEqual([
        "2 'oss://photos' is not an object: expected oss://BUCKET/KEY",
        "2 'oss:///key' is not an object: expected oss://BUCKET/KEY",
        "2 --event takes a name such as PutObject or ObjectRemoved:DeleteObject, got 'put'",
        '2 nowhere.json cannot be read: there is no such file',
        `1 ${broken}: the event is neither JSON nor base64 of JSON`,
        "2 --size takes bytes, e.g. 300000, 300KB or 4MB, got '4 GB'",
        "2 --size takes bytes, e.g. 300000, 300KB or 4MB, got '-1'",
        "2 --etag takes an ETag, got 'a b'",
        "2 --time takes a time in ISO 8601, e.g. 2026-01-31T12:00:00Z, got 'yesterday'",
        "2 --time takes a time in ISO 8601, e.g. 2026-01-31T12:00:00Z, got '2026-13-01'",
        "2 --time takes a time in ISO 8601, e.g. 2026-01-31T12:00:00Z, got '2026-02-30'",
        "2 --time takes a time in ISO 8601, e.g. 2026-01-31T12:00:00Z, got '2027-02-29T10:00:00+08:00'",
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('reads sizes, ETags and times', () => {
    expect(valuesOf({ size: '300kb', etag: '"5d41"', time: '2026-01-31T12:00:00Z' })).toEqual({
      size: 300_000,
      etag: '5D41',
      time: Date.UTC(2026, 0, 31, 12),
    });
    expect(valuesOf({ time: '2028-02-29T00:00:00+08:00' })).toEqual({ time: Date.UTC(2028, 1, 28, 16) });
    expect(valuesOf({ size: '4MB' })).toEqual({ size: 4_000_000 });
    expect(valuesOf({})).toEqual({});
  });
});
