import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorize, checkBody } from '../../../src/local/fc/authorize.js';

const { getSignature } = createRequire(import.meta.url)('@alicloud/fc2') as {
  getSignature(id: string, secret: string, method: string, path: string, headers: Record<string, string>): string;
};

const openApi = (createRequire(import.meta.url)('@alicloud/openapi-util') as { default: OpenApi }).default;
interface OpenApi {
  getAuthorization(request: object, algorithm: string, payload: string, id: string, secret: string): string;
}

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
    return { secret, request: { method, path, query: new URLSearchParams(), headers: { ...headers, authorization } } };
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
          query: request.query,
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
    expect(() =>
      authorize(
        { method: 'GET', path: '/', query: new URLSearchParams(), headers },
        () => ({ accessKeySecret: 's' }),
        now,
      ),
    ).toThrow(
      expect.objectContaining({
        code: 'InvalidArgument',
        message: expect.stringMatching(/^invalid authorization( '')?$/),
      }),
    );
  });
});

describe('authorize, ACS3-HMAC-SHA256', () => {
  const acs3 = (query: Record<string, string>, more: Record<string, string> = {}, secret = 'secret') => {
    const headers: Record<string, string> = {
      host: '127.0.0.1:9000',
      'content-type': 'application/json',
      'x-acs-action': 'GetFunction',
      'x-acs-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'x-acs-date': '2026-11-22T00:00:00Z',
      'x-acs-signature-nonce': 'n',
      'x-acs-version': '2023-03-30',
      ...more,
    };
    const request = { method: 'GET', pathname: '/2023-03-30/functions/fn', query, headers };
    const hash = headers['x-acs-content-sha256'] ?? '';
    const authorization = openApi.getAuthorization(request, 'ACS3-HMAC-SHA256', hash, 'id', secret);
    const search = new URLSearchParams(query);
    return { method: 'GET', path: request.pathname, query: search, headers: { ...headers, authorization } };
  };
  const keyOf = (id: string) => (id === 'id' ? { accessKeySecret: 'secret' } : undefined);

  it("accepts whatever the vendor's library signs", () => {
    fc.assert(fc.property(fc.dictionary(word, value, { maxKeys: 4 }), (query) => authorize(acs3(query), keyOf, now)));
  });

  type Request = ReturnType<typeof acs3>;
  const changed = (headers: Record<string, string | undefined>) => (request: Request) => ({
    ...request,
    headers: { ...request.headers, ...headers },
  });
  it.each<[string, (request: Request) => Parameters<typeof authorize>[0], string]>([
    ['another method', (request) => ({ ...request, method: 'PUT' }), 'SignatureNotMatch'],
    ['another path', (request) => ({ ...request, path: `${request.path}x` }), 'SignatureNotMatch'],
    ['another query', (request) => ({ ...request, query: new URLSearchParams('a=1') }), 'SignatureNotMatch'],
    ['another host', changed({ host: 'other' }), 'SignatureNotMatch'],
    ['another content type', changed({ 'content-type': 'text/plain' }), 'SignatureNotMatch'],
    ['another action', changed({ 'x-acs-action': 'DeleteTrigger' }), 'SignatureNotMatch'],
    ['another secret', () => acs3({}, {}, 'other'), 'SignatureNotMatch'],
    ['a header that is not signed', changed({ 'x-acs-security-token': 'token' }), 'InvalidArgument'],
    ['no nonce', changed({ 'x-acs-signature-nonce': undefined }), 'MissingRequiredHeader'],
    ['a token of no key', () => acs3({}, { 'x-acs-security-token': 'token' }), 'AccessDenied'],
    ['a request of yesterday', () => acs3({}, { 'x-acs-date': '2026-11-21T00:00:00Z' }), 'AccessDenied'],
    ['another algorithm', changed({ authorization: 'ACS3-HMAC-SM3 Credential=id' }), 'NotImplemented'],
  ])('refuses %s', (_, change, code) => {
    expect(() => authorize(change(acs3({})), keyOf, now)).toThrow(expect.objectContaining({ code }));
  });

  it('accepts a temporary key with its token', () => {
    const temporary = () => ({ accessKeySecret: 'secret', securityToken: 'token' });
    authorize(acs3({}, { 'x-acs-security-token': 'token' }), temporary, now);
    expect(() => authorize(acs3({}), temporary, now)).toThrow(expect.objectContaining({ code: 'AccessDenied' }));
  });
});

describe('checkBody', () => {
  const body = Buffer.from('abc');
  it.each([undefined, 'kAFQmDzST7DWlj99KOF/cg==', 'OTAwMTUwOTgzY2QyNGZiMGQ2OTYzZjdkMjhlMTdmNzI='])(
    'accepts %s',
    (md5) => {
      expect(() => checkBody({ 'content-md5': md5 }, body)).not.toThrow();
    },
  );
  it.each(['', 'kAFQmDzST7DWlj99KOF/ch==', '900150983cd24fb0d6963f7d28e17f72'])('refuses %j', (md5) => {
    expect(() => checkBody({ 'content-md5': md5 }, body)).toThrow(expect.objectContaining({ status: 400 }));
  });

  it('compares the hash of ACS3', () => {
    const hash = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    checkBody({ 'x-acs-content-sha256': hash }, body);
    expect(() => checkBody({ 'x-acs-content-sha256': hash }, Buffer.from('abd'))).toThrow(
      expect.objectContaining({ status: 400 }),
    );
  });
});
