// Which requests the port serves: by Host, and by the origin of the page that a browser says has sent them.
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { localAccount } from '../../src/local/account.js';
import { functionName, type LocalCloud, startLocalCloud } from '../../src/local/cloud.js';
import { localPages, refusalOf } from '../../src/local/origin.js';
import { allowsOrigin } from '../../src/local/oss/answer/cors.js';
import { loadConfig } from '../../src/rules/load.js';
import { shippedFunction } from '../support/shipped.js';
import { type Answer, codeOf, send, signedHeaders, type Wire } from './oss/fixture.js';
import { rpcParameters, signedRpc } from './sts/client.js';

const nobody = (_origin: string) => false;
const served = (
  headers: Record<string, string>,
  { method = 'PUT', url = '/photos/k', port = 9000, allows = nobody } = {},
) => refusalOf({ method, url, headers }, port, allows) === undefined;

describe('Host', () => {
  it.each([
    '127.0.0.1',
    '127.0.0.1:9000',
    'localhost',
    'LocalHost:80',
    '[::1]',
    '[::1]:9000',
    'photos.localhost:9000',
    'a.b.localhost',
    'photos.oss-cn-hangzhou.aliyuncs.com',
    'oss-cn-hangzhou-internal.aliyuncs.com',
    '.oss-cn-hangzhou.aliyuncs.com',
  ])('%s is served', (host) => {
    expect(served({ host })).toBe(true);
  });

  it.each([
    '',
    'evil.example',
    'evil.example:9000',
    'localhost.evil.example',
    'evillocalhost',
    'localhost.',
    '127.0.0.1.evil.example',
    '127.0.0.2',
    '0.0.0.0:9000',
    '192.168.1.2:9000',
    '[::ffff:127.0.0.1]',
    'localhost:9000@evil.example',
    '127.0.0.1:9000, evil.example',
    'photos.oss-cn-hangzhou.aliyuncs.com:9000',
    'oss-cn-hangzhou.aliyuncs.com.evil.example',
    'evil-oss-cn-hangzhou.aliyuncs.com',
    'a.b.oss-cn-hangzhou.aliyuncs.com',
  ])('"%s" is refused, whatever the page', (host) => {
    expect(served({ host })).toBe(false);
    expect(served({ host, origin: `http://${host}` }, { allows: () => true })).toBe(false);
  });

  it('of OSS is refused on port 80, which a browser does not name', () => {
    const host = 'photos.oss-cn-hangzhou.aliyuncs.com';
    for (const method of ['GET', 'PUT']) expect(served({ host }, { method, port: 80 })).toBe(false);
    for (const own of ['127.0.0.1', 'photos.localhost']) expect(served({ host: own }, { port: 80 })).toBe(true);
  });

  it('is needed', () => {
    expect(refusalOf({ method: 'GET', url: '/', headers: {} }, 9000, nobody)).toMatch(/whose Host is .*, not ""\.$/);
  });

  it.each(['http://evil.example/photos/k', 'http://127.0.0.1/photos/k', '*', '', 'photos'])(
    'cannot be in the request target: "%s"',
    (url) => {
      expect(served({ host: '127.0.0.1' }, { url })).toBe(false);
    },
  );
});

describe('what a browser marks', () => {
  const host = '127.0.0.1:9000';
  const visit = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  const evil = 'http://evil.example';
  it.each<[string, Record<string, string>, string, boolean]>([
    ['nothing: no browser', {}, 'PUT', true],
    ['a Referer alone, as mini-programs send it', { referer: 'https://servicewechat.com/wx0/0/page' }, 'POST', true],
    ['its own page', { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }, 'POST', true],
    ['its own page, in an old browser', { origin: `http://${host}` }, 'POST', true],
    ['its own page, which sends no Origin with GET', { 'sec-fetch-site': 'same-origin' }, 'GET', true],
    ['an address typed in', { 'sec-fetch-site': 'none', ...visit }, 'GET', true],
    ['another site', { origin: evil, 'sec-fetch-site': 'cross-site' }, 'PUT', false],
    ['another site, in an old browser', { origin: evil }, 'POST', false],
    ['another site, as https', { origin: `https://${host}` }, 'POST', false],
    ['another port', { origin: 'http://127.0.0.1:9001', 'sec-fetch-site': 'same-site' }, 'PUT', false],
    ['another name of this machine', { origin: 'http://localhost:9000', 'sec-fetch-site': 'cross-site' }, 'PUT', false],
    ['a hidden origin', { origin: 'null' }, 'POST', false],
    ['a form', { origin: evil, 'sec-fetch-site': 'cross-site', ...visit }, 'POST', false],
    ['an image', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', referer: `${evil}/` }, 'GET', false],
    ['an image without Referer', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }, 'GET', false],
    [
      'a frame',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
      'GET',
      false,
    ],
    ['a link', { 'sec-fetch-site': 'cross-site', ...visit }, 'GET', true],
    [
      'a redirect of its own page by another',
      { origin: `http://${host}`, 'sec-fetch-site': 'cross-site' },
      'POST',
      false,
    ],
  ])('%s', (_, headers, method, expected) => {
    expect(served({ host, ...headers }, { method })).toBe(expected);
    expect(served({ host, ...headers }, { method, allows: () => true })).toBe(true);
  });

  it.each<[Record<string, string>, string]>([
    [{ origin: evil, referer: 'http://other.example/' }, evil],
    [{ 'sec-fetch-site': 'cross-site', referer: `${evil}/page?x` }, evil],
    [{ 'sec-fetch-site': 'cross-site', referer: 'no address' }, 'null'],
    [{ 'sec-fetch-site': 'cross-site' }, 'null'],
    [{ 'sec-fetch-site': 'same-site' }, 'http://127.0.0.1'],
  ])('%o: the rules are asked about %s', (headers, asked) => {
    const origins: string[] = [];
    const refusal = refusalOf({ method: 'GET', url: '/', headers: { host, ...headers } }, 9000, (origin) => {
      origins.push(origin);
      return false;
    });
    expect(origins).toEqual([asked]);
    expect(refusal).toContain(asked === 'null' ? 'hides its origin' : asked);
  });

  it.each<[string, Record<string, string>, boolean]>([
    ['an image of a page at another port', { host, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }, true],
    ['a form of such a page', { host, origin: 'null', 'sec-fetch-site': 'same-site', ...visit }, true],
    ['a bucket under its name', { host: 'photos.localhost:9000', 'sec-fetch-site': 'same-site' }, true],
    ['a page of another site', { host, origin: 'null', 'sec-fetch-site': 'cross-site' }, false],
    ['a browser that says nothing of sites', { host, origin: 'null' }, false],
    ['a name of OSS', { host: 'photos.oss-cn-hangzhou.aliyuncs.com', 'sec-fetch-site': 'same-site' }, false],
  ])('of a page that hides its origin: %s', (_, headers, expected) => {
    const allows = (origin: string) => allowsOrigin(localPages, origin, 'POST');
    expect(served(headers, { method: 'POST', allows })).toBe(expected);
    expect(served(headers, { method: 'POST' })).toBe(false);
  });

  it('is of no page of a name of OSS: that was led here', () => {
    const host = 'photos.oss-cn-hangzhou.aliyuncs.com';
    expect(served({ host, origin: `http://${host}` })).toBe(false);
  });
});

test('of all origins, the default rules allow those of this machine and mini-programs', () => {
  const apps = ['http://app.localhost:5173', 'http://tauri.localhost', 'capacitor://localhost'];
  const yes = [...apps, 'http://localhost', 'http://localhost:5173', 'https://127.0.0.1:8443', 'http://[::1]:80'];
  for (const origin of [...yes, 'https://servicewechat.com'])
    expect(allowsOrigin(localPages, origin, 'PUT')).toBe(true);
  const hosts = fc.oneof(
    fc.domain(),
    fc.ipV4(),
    fc.constantFrom('localhost.evil.example', 'evillocalhost', '.localhost.evil.example'),
  );
  fc.assert(
    fc.property(hosts, fc.option(fc.nat(65_535)), (host, port) => {
      fc.pre(host !== '127.0.0.1' && host !== 'servicewechat.com');
      expect(allowsOrigin(localPages, `http://${host}${port === null ? '' : `:${port}`}`, 'GET')).toBe(false);
    }),
  );
  expect(allowsOrigin(localPages, 'null', 'GET')).toBe(false);
});

describe('on every route of the port', () => {
  let cloud: LocalCloud;
  const invocations: unknown[] = [];
  beforeAll(async () => {
    const outputs = [{ style: 'image/resize,w_9', to: { key: 'out/{key}' } }];
    const rules = [{ name: 'small', when: { bucket: 'photos', prefix: 'in/' }, outputs }];
    const { codeDir } = shippedFunction();
    const config = loadConfig({ rules, journal: { bucket: 'photos-journal', prefix: 'autostyle/' } }, {});
    cloud = await startLocalCloud({ codeDir, config, onInvocation: (report) => invocations.push(report) });
    await send(cloud.port, { method: 'PUT', path: '/photos/kept', key: 'kept', body: 'kept' });
  });
  afterAll(() => cloud.close());

  const fc2 = createRequire(import.meta.url)('@alicloud/fc2') as {
    getSignature(id: string, secret: string, method: string, path: string, headers: Record<string, string>): string;
  };
  const ofFc = (method: string, path: string, more: Record<string, string> = {}): Wire => {
    const headers: Record<string, string> = { date: new Date().toUTCString(), ...more };
    const authorization = fc2.getSignature('autostyle', 'autostyle-secret', method, path, headers);
    return { method, path, headers: { ...headers, authorization }, body: method === 'POST' ? '{}' : '', signed: false };
  };
  const fnPath = `/2023-03-30/functions/${functionName}`;
  const rpc = () => rpcParameters(Date.now(), { RoleArn: `acs:ram::${localAccount.accountId}:role/page` });
  const assumeRole = { headers: { 'content-type': 'application/x-www-form-urlencoded' }, signed: false };
  const form = { 'content-type': 'multipart/form-data; boundary=x' };
  const routes: [string, () => Wire][] = [
    ['read', () => ({ path: '/photos/kept', key: 'kept' })],
    ['look', () => ({ method: 'HEAD', path: '/photos/kept', key: 'kept' })],
    ['write', () => ({ method: 'PUT', path: '/photos/in/x', key: 'in/x', body: 'x' })],
    ['delete', () => ({ method: 'DELETE', path: '/photos/kept', key: 'kept' })],
    ['list', () => ({ path: '/photos' })],
    ['form', () => ({ method: 'POST', path: '/photos', headers: form, body: '--x--', signed: false })],
    [
      'preflight',
      () => ({ method: 'OPTIONS', path: '/photos/kept', headers: { 'access-control-request-method': 'GET' } }),
    ],
    ['list buckets', () => ({ path: '/', bucket: '' })],
    ['make a bucket', () => ({ method: 'PUT', path: '/fresh-one', bucket: 'fresh-one' })],
    ['assume a role', () => ({ ...assumeRole, method: 'POST', path: '/', body: signedRpc('POST', rpc()) })],
    ['assume a role by GET', () => ({ ...assumeRole, path: `/?${signedRpc('GET', rpc())}` })],
    ['invoke', () => ofFc('POST', `${fnPath}/invocations`)],
    ['invoke later', () => ofFc('POST', `${fnPath}/invocations`, { 'x-fc-invocation-type': 'Async' })],
    ['control', () => ofFc('DELETE', `${fnPath}/triggers/photos-0`)],
    ['preflight of FC', () => ({ method: 'OPTIONS', path: `${fnPath}/invocations`, signed: false })],
  ];
  const ask = (wire: Wire, marks: Record<string, string>): Promise<Answer> => {
    const headers = wire.signed === false ? { ...wire.headers } : signedHeaders(wire);
    return send(cloud.port, { ...wire, headers: { ...headers, ...marks }, signed: false });
  };
  const refused = (answer: Answer) => {
    expect([answer.status, codeOf(answer)]).toEqual([403, 'AccessForbidden']);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  };

  it.each(routes)('%s: not for foreign pages and Hosts', async (_, wire) => {
    for (const marks of [
      { origin: 'http://evil.example' },
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
      { host: `evil.example:${cloud.port}` },
      { host: `evil.example:${cloud.port}`, origin: `http://evil.example:${cloud.port}` },
    ]) {
      refused(await ask(wire(), marks));
    }
    await cloud.idle();
    expect(invocations).toEqual([]);
    const { text } = await send(cloud.port, { path: '/photos' });
    expect([...text.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key)).toEqual(['kept']);
    expect((await send(cloud.port, { path: '/', bucket: '' })).text).not.toContain('fresh-one');
  });

  it.each(routes.filter(([, wire]) => wire().path.startsWith('/2023-03-30') || /^\/(?:\?|$)/.test(wire().path)))(
    '%s: not for a local page either',
    async (_, wire) => {
      refused(await ask(wire(), { origin: 'http://localhost:5173' }));
    },
  );

  it('does for a page of its own what it does for other programs', async () => {
    const own = { origin: `http://127.0.0.1:${cloud.port}`, 'sec-fetch-site': 'same-origin' };
    const answer = await ask(ofFc('POST', `${fnPath}/invocations`), own);
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('EventError')]);
    for (const [, wire] of routes.filter(([name]) => /^(?:write|assume)/.test(name))) {
      expect((await ask(wire(), own)).status).toBe(200);
    }
    await cloud.idle();
    expect(invocations).toHaveLength(2);
  });

  it('serves keys that look like paths of FC, under the Host of a bucket', async () => {
    const key = '2023-03-30/functions/x';
    for (const host of ['photos.oss-cn-hangzhou.aliyuncs.com', `photos.localhost:${cloud.port}`]) {
      const headers = { host };
      expect((await send(cloud.port, { method: 'PUT', path: `/${key}`, key, headers, body: host })).status).toBe(200);
      expect((await send(cloud.port, { path: `/photos/${key}`, key })).text).toBe(host);
    }
    await send(cloud.port, { method: 'DELETE', path: `/photos/${key}`, key });
  });

  it('answers a local page with CORS headers, errors included', async () => {
    const origin = 'http://localhost:5173';
    for (const wire of [
      { path: '/photos/kept', key: 'kept' },
      { path: '/photos/gone', key: 'gone' },
      { path: '/photos/kept', key: 'wrong' },
      { path: '/no-such-bucket/k', key: 'k' },
      { path: '/No_Bucket/k', key: 'k' },
    ]) {
      expect((await ask(wire, { origin })).headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-expose-headers': expect.stringContaining('x-oss-request-id'),
        vary: 'Origin',
      });
    }
  });
});
