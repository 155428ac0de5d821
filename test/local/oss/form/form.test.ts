import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refuse, ServiceError } from '../../../../src/local/oss/error.js';
import type { OnFile } from '../../../../src/local/oss/form/collect.js';
import { readForm } from '../../../../src/local/oss/form/form.js';
import { formBody, type PartToSend } from './form-body.js';

const type = 'multipart/form-data; boundary=b';
const file: PartToSend = { name: 'file', value: 'bytes', fileName: 'a.jpg', type: 'image/jpeg' };
const key: PartToSend = { name: 'key', value: 'k' };

async function* pieces(body: Buffer, size = body.length || 1): AsyncGenerator<Buffer> {
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
}

async function read(body: Buffer, { contentType = type, size = body.length, onFile = (() => 1e9) as OnFile } = {}) {
  const {
    fields,
    file,
    body: bytes,
  } = await readForm(pieces(body, size || 1), { 'content-type': contentType }, ['key', 'policy'], onFile);
  return { fields: Object.fromEntries(fields), file, bytes: bytes.toString() };
}

const outcome = (promise: Promise<unknown>) =>
  promise.then(
    () => 'read',
    (error: unknown) => {
      if (!(error instanceof ServiceError)) throw error;
      return [error.code, error.detail.ec].filter(Boolean).join(' ');
    },
  );

describe('a form', () => {
  const body = formBody([key, { name: 'X-OSS-Meta-名', value: '值\r\n--' }, { name: 'empty', value: '' }, file]);
  const form = {
    fields: { key: 'k', 'x-oss-meta-名': '值\r\n--', empty: '' },
    file: { name: 'a.jpg', type: 'image/jpeg' },
    bytes: 'bytes',
  };

  test.each(Array.from({ length: 40 }, (_, n) => n + 1))('is read in pieces of %s bytes', async (size) => {
    expect(await read(body, { size })).toEqual(form);
  });

  test('is cut at any place', async () => {
    for (let at = 1; at < body.length; at++) {
      async function* halves() {
        yield body.subarray(0, at);
        yield body.subarray(at);
      }
      const { body: bytes, fields } = await readForm(halves(), { 'content-type': type }, [], () => 1e9);
      expect([bytes.toString(), fields.size]).toEqual(['bytes', 3]);
    }
  });

  test('may have anything in its file, boundaries of others too', async () => {
    const units = ['\r', '\n', '-', '--b', '\r\n--', '\r\n--a', '\u0000', 'b', 'é'];
    const text = fc
      .string({ unit: fc.constantFrom(...units), maxLength: 40 })
      .filter((it) => !`\r\n${it}\r\n`.includes('\r\n--b'));
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 30 }), async (value, size) => {
        expect((await read(formBody([key, { ...file, value }]), { size })).bytes).toBe(value);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ['a boundary in quotes', 'multipart/form-data; boundary="b"'],
    ['another parameter first', 'Multipart/Form-Data;charset=utf-8;boundary=b'],
    ['another parameter last', 'multipart/form-data; boundary=b; charset=utf-8'],
  ])('has %s', async (_, contentType) => {
    expect(await read(body, { contentType })).toEqual(form);
  });

  test('ends at its last boundary, whatever follows', async () => {
    expect(await read(Buffer.concat([Buffer.from('preamble\r\n'), body, Buffer.from('--b\r\nepilogue')]))).toEqual(
      form,
    );
  });

  test.each([
    ['the name of a path', 'C:\\photos\\名.jpg', '名.jpg'],
    ['folders', '../../a/b.jpg', 'b.jpg'],
    ['an escaped quote', 'a\\"b.jpg', 'a"b.jpg'],
    ['a semicolon', 'a; filename=b.jpg', 'a; filename=b.jpg'],
    ['nothing', '', ''],
  ])('names its file with %s', async (_, fileName, name) => {
    expect((await read(formBody([{ ...file, fileName }]))).file.name).toBe(name);
  });

  test('names its file as RFC 5987 has it', async () => {
    const headers = `Content-Disposition: form-data; name=file; filename="x"; filename*=UTF-8''%E5%90%8D.jpg`;
    expect((await read(formBody([{ headers, value: 'bytes' }]))).file).toEqual({ name: '名.jpg', type: undefined });
  });

  test('keeps the whole type of its file', async () => {
    expect((await read(formBody([{ ...file, type: 'Text/HTML; charset=UTF-8' }]))).file.type).toBe(
      'Text/HTML; charset=UTF-8',
    );
  });
});

describe('what is no form', () => {
  const headers = (text: string): PartToSend => ({ headers: text, value: 'x' });
  test.each<[string, string, Buffer]>([
    ['no file', 'MalformedPOSTRequest 0006-00000104', formBody([key])],
    ['no part', 'MalformedPOSTRequest 0006-00000104', formBody([])],
    ['nothing', 'MalformedPOSTRequest 0006-00000104', Buffer.from('')],
    ['no boundary', 'MalformedPOSTRequest 0006-00000104', Buffer.from('x'.repeat(1000))],
    ['another boundary', 'MalformedPOSTRequest 0006-00000104', formBody([key, file], { boundary: 'c' })],
    ['two files', 'IncorrectNumberOfFilesInPOSTRequest', formBody([file, file])],
    ['a field twice', 'MalformedPOSTRequest', formBody([key, { ...key, name: 'KEY' }, file])],
    ['no name', 'MalformedPOSTRequest 0006-00000109', formBody([headers('Content-Disposition: form-data')])],
    [
      'an attachment',
      'MalformedPOSTRequest 0006-00000109',
      formBody([headers('Content-Disposition: attachment; name=a')]),
    ],
    ['no disposition', 'MalformedPOSTRequest 0006-00000109', formBody([headers('Content: form-data; name="a"')])],
    [
      'an open quote',
      'MalformedPOSTRequest 0006-00000109',
      formBody([headers('Content-Disposition: form-data; name="a')]),
    ],
    ['no headers', 'MalformedPOSTRequest 0006-00000109', Buffer.from('--b\r\nx\r\n--b--\r\n')],
    [
      'a name of 8,193 bytes',
      'FieldItemTooLong 0006-00000110',
      formBody([{ name: 'n'.repeat(8193), value: '' }, file]),
    ],
    ['a name of 1 MB', 'MalformedPOSTRequest 0006-00000109', formBody([{ name: 'n'.repeat(1e6), value: '' }, file])],
    [
      'a value of 2 MiB and a byte',
      'FieldItemTooLong',
      formBody([{ name: 'a', value: Buffer.alloc(2 * 1024 * 1024 + 1) }]),
    ],
    ['a value that is not UTF-8', 'MalformedPOSTRequest', formBody([{ name: 'a', value: Buffer.from([0xff]) }, file])],
    [
      'fields of 10 MiB',
      'MaxPOSTPreDataLengthExceededError 0006-00000112',
      formBody([...'abcde'].map((name) => ({ name, value: Buffer.alloc(2 * 1024 * 1024) }))),
    ],
    [
      '5,000 parts',
      'MaxPOSTPreDataLengthExceededError 0006-00000112',
      formBody(Array.from({ length: 5000 }, (_, n) => ({ name: `f${n}`, value: '' }))),
    ],
    ['a preamble without end', 'MaxPOSTPreDataLengthExceededError 0006-00000112', Buffer.alloc(17 * 1024 * 1024, 'x')],
  ])('%s: %s', async (_, expected, body) => {
    expect(await outcome(read(body, { size: 65_536 }))).toBe(expected);
  });

  test('a header bomb is cut, and the form read on', async () => {
    const bomb = `Content-Disposition: form-data; name="a"\r\nX: ${'x'.repeat(1e6)}`;
    expect((await read(formBody([headers(bomb), file]), { size: 65_536 })).fields).toEqual({ a: 'x' });
  });

  test('the same, truncated anywhere', async () => {
    const body = formBody([key, file], { end: '--' });
    for (let length = 0; length < body.length; length++) {
      expect(await outcome(read(body.subarray(0, length)))).toBe('MalformedPOSTRequest 0006-00000104');
    }
  });

  test.each([
    undefined,
    'text/plain; boundary=b',
    'multipart/form-data',
    'multipart/form-data; boundary=',
    `multipart/form-data; boundary=${'b'.repeat(71)}`,
    'multipart/form-data; boundary="b',
  ])('of type %s', async (contentType) => {
    expect(await outcome(readForm(pieces(formBody([file])), { 'content-type': contentType }, [], () => 1))).toBe(
      'MalformedPOSTRequest',
    );
  });
});

describe('when the file begins', () => {
  test('the fields in front of it are known, those behind it ignored', async () => {
    const seen: Record<string, string>[] = [];
    const behind = { name: 'submit', value: 'Upload' };
    const onFile: OnFile = (fields) => {
      seen.push(Object.fromEntries(fields));
      return 5;
    };
    expect((await read(formBody([key, file, behind, behind, key]), { onFile })).fields).toEqual({ key: 'k' });
    expect(seen).toEqual([{ key: 'k' }]);
  });

  test('a refusal ends the reading', async () => {
    let taken = 0;
    async function* endless() {
      yield formBody([key, file], { end: '' });
      for (; taken < 10; taken++) yield Buffer.alloc(1024);
    }
    const refused = readForm(endless(), { 'content-type': type }, [], () => {
      throw refuse('AccessDenied');
    });
    expect(await outcome(refused)).toContain('AccessDenied');
    expect(taken).toBe(0);
  });

  test('more bytes than it may have end the reading', async () => {
    const body = formBody([key, file]);
    expect(await outcome(read(body, { size: 1, onFile: () => 4 }))).toBe('EntityTooLarge 0006-00000003');
    expect((await read(body, { onFile: () => 5 })).bytes).toBe('bytes');
  });

  test.each<[string, string, PartToSend[]]>([
    ['without what is missing', 'AccessDenied 0003-00000001', [file]],
    ['with what is missing', 'MalformedPOSTRequest 0006-00000104', [file, { name: 'Policy', value: 'x' }]],
    ['with something else', 'AccessDenied 0003-00000001', [file, { name: 'submit', value: 'x' }]],
  ])('a refusal may wait for the rest: %s', async (_, expected, rest) => {
    expect(await outcome(read(formBody([key, ...rest]), { onFile: () => refuse('AccessDenied') }))).toBe(expected);
  });
});
