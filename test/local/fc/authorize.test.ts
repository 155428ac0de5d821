import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorize, checkContentMd5 } from '../../../src/local/fc/authorize.js';

const { getSignature } = createRequire(import.meta.url)('@alicloud/fc2') as {
  getSignature(id: string, secret: string, method: string, path: string, headers: Record<string, string>): string;
};

const now = Date.UTC(2026, 10, 22);
const word = fc.stringMatching(/^[\w.-]{1,12}$/);
const value = fc.stringMatching(/^[!-~]{1,20}$/);
const signedRequest = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'PUT'),
    path: fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => `/2023-03-30/${words.join('/')}`),
    secret: value,
    fcHeaders: fc.dictionary(
      word.map((name) => `x-fc-${name.toLowerCase()}`),
      value,
      { maxKeys: 4 },
    ),
    contentType: fc.option(value, { nil: undefined }),
    contentMd5: fc.option(value, { nil: undefined }),
  })
  .map(({ method, path, secret, fcHeaders, contentType, contentMd5 }) => {
    const headers: Record<string, string> = {
      ...fcHeaders,
      host: 'ignored',
      date: new Date(now).toUTCString(),
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
      ...(contentMd5 === undefined ? {} : { 'content-md5': contentMd5 }),
    };
    delete headers['x-fc-security-token'];
    const authorization = getSignature('id', secret, method, path, headers);
    return { secret, request: { method, path, headers: { ...headers, authorization } } };
  });

describe('authorize', () => {
  it("accepts whatever the vendor's client signs", () => {
    fc.assert(
      fc.property(signedRequest, ({ secret, request }) => {
        authorize(request, (id) => (id === 'id' ? { accessKeySecret: secret } : undefined), now);
      }),
    );
  });

  it('refuses it once any signed part is another', () => {
    const part = fc.constantFrom('method', 'path', 'secret', 'content-md5', 'content-type', 'date', 'x-fc-new');
    fc.assert(
      fc.property(signedRequest, part, ({ secret, request }, changed) => {
        const headers: Record<string, string> = { ...request.headers };
        if (changed === 'date') headers['date'] = new Date(now + 1000).toUTCString();
        else if (/^[cx]/.test(changed)) headers[changed] = `${headers[changed] ?? ''}x`;
        const tampered = {
          method: changed === 'method' ? `${request.method}S` : request.method,
          path: changed === 'path' ? `${request.path}x` : request.path,
          headers,
        };
        const accessKeySecret = changed === 'secret' ? `${secret}x` : secret;
        expect(() => authorize(tampered, () => ({ accessKeySecret }), now)).toThrow(
          expect.objectContaining({ status: 403, code: 'SignatureNotMatch' }),
        );
      }),
    );
  });

  it.each([
    '',
    'FC',
    'FC id',
    'FC id:',
    'FC id:short',
    `FC id:${'A'.repeat(60)}`,
    'Bearer x',
    `fc id:${'A'.repeat(43)}=`,
  ])('refuses %j without repeating it', (authorization) => {
    const headers = { authorization, date: new Date(now).toUTCString() };
    expect(() => authorize({ method: 'GET', path: '/', headers }, () => ({ accessKeySecret: 's' }), now)).toThrow(
      expect.objectContaining({
        code: 'InvalidArgument',
        message: expect.stringMatching(/^invalid authorization( '')?$/),
      }),
    );
  });
});

describe('checkContentMd5', () => {
  const body = Buffer.from('abc');
  it.each([undefined, 'kAFQmDzST7DWlj99KOF/cg==', 'OTAwMTUwOTgzY2QyNGZiMGQ2OTYzZjdkMjhlMTdmNzI='])(
    'accepts %s',
    (md5) => {
      expect(() => checkContentMd5(md5, body)).not.toThrow();
    },
  );
  it.each(['', 'kAFQmDzST7DWlj99KOF/ch==', '900150983cd24fb0d6963f7d28e17f72'])('refuses %j', (md5) => {
    expect(() => checkContentMd5(md5, body)).toThrow(expect.objectContaining({ status: 400 }));
  });
});
