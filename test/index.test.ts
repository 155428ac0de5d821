// The built function in instances of its own, against a server that keeps what it was asked.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import signUtils from 'ali-oss/lib/common/signUtils.js';
import { describe, expect, it } from 'vitest';
import { listen } from './oss/stub.js';
import { type Credentials, instanceOf, ossReply, uploadEvent } from './support/function.js';
import { shippedFunction } from './support/shipped.js';

const { codeDir } = shippedFunction();

const role = (name: string): Credentials => ({
  accessKeyId: `STS.${name}`,
  accessKeySecret: `secret-of-${name}`,
  securityToken: `token-of-${name}`,
});

const config = (key: string): string => {
  const output = { style: 'image/resize,w_1', to: { bucket: 'out', key } };
  const rules = [{ name: 'r', when: { bucket: 'photos' }, outputs: [output] }];
  return JSON.stringify({ journal: { bucket: 'photos-journal', prefix: 'j/' }, rules });
};

// These wait for seconds, beside the others.
describe.concurrent('time', () => {
  it('keeps enough of it to write down what was not answered, and to return', async () => {
    await using oss = await listen((response, asked) => {
      if (asked.method !== 'POST') ossReply()(response, asked);
    });
    await using fn = instanceOf(codeDir, { OSS_ENDPOINT: oss.origin }, () => role('a'), 6);
    const { value, failed } = await fn.invoke(uploadEvent('avatars/a.jpg'));
    expect(failed).toBe(false);
    expect(value).toMatchObject({
      saved: 0,
      failed: 2,
      results: [{ error: { kind: 'transient' } }, { error: { kind: 'transient' } }],
    });
    const records = oss.asked.filter(({ method }) => method === 'PUT').map(({ body }) => JSON.parse(body).kind);
    expect(records.sort()).toEqual(['transient', 'transient', 'unsettled']);
  });

  it('takes new connections after a pause, in which a frozen instance loses its old ones', async () => {
    await using oss = await listen(ossReply());
    await using fn = instanceOf(codeDir, { OSS_ENDPOINT: oss.origin, CONCURRENCY: '1' }, () => role('a'));
    await fn.invoke(uploadEvent('avatars/a.jpg'));
    await fn.invoke(uploadEvent('avatars/b.jpg'));
    expect(oss.connections()).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 3_200));
    await fn.invoke(uploadEvent('avatars/c.jpg'));
    expect(oss.connections()).toBe(2);
  });
});

describe.concurrent('handler', () => {
  it('saves what the shipped rules ask for, in requests that ali-oss would have signed the same', async () => {
    await using oss = await listen(ossReply());
    await using fn = instanceOf(codeDir, { OSS_ENDPOINT: oss.origin }, () => role('a'));
    const { value, failed } = await fn.invoke(uploadEvent('avatars/目录 1+1%.jpg', 'readme.txt'));
    expect(failed).toBe(false);
    expect(value).toMatchObject({ saved: 2, skipped: 1, failed: 0 });
    const path = '/photos/avatars/%E7%9B%AE%E5%BD%95%201%2B1%25.jpg';
    expect(oss.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST ${path}?x-oss-process`,
      `POST ${path}?x-oss-process`,
      `HEAD ${path}`,
    ]);
    for (const { method, headers } of oss.asked) {
      const { authorization, ...signed } = headers as Record<string, string>;
      const theirs = signUtils.authorizationV4(
        'STS.a',
        'secret-of-a',
        'cn-hangzhou',
        method,
        { headers: signed, queries: method === 'POST' ? { 'x-oss-process': null } : {} },
        'photos',
        'avatars/目录 1+1%.jpg',
      );
      expect(authorization).toBe(theirs);
      expect(headers['x-oss-security-token']).toBe('token-of-a');
      expect(headers).not.toHaveProperty('content-type');
    }
  });

  it('uses the credentials of each invocation, in one instance', async () => {
    const roles = [role('first'), role('first'), role('second')];
    await using oss = await listen(ossReply());
    await using fn = instanceOf(codeDir, { OSS_ENDPOINT: oss.origin }, () => roles.shift());
    const first = await fn.invoke(uploadEvent('avatars/a.jpg'));
    const second = await fn.invoke(uploadEvent('avatars/a.jpg'));
    expect(second.report.instanceId).toBe(first.report.instanceId);
    const keys = oss.asked.map(({ headers }) => /Credential=([^/]+)/.exec(headers.authorization ?? '')?.[1]);
    expect(keys).toEqual([...Array(3).fill('STS.first'), ...Array(3).fill('STS.second')]);
  });

  it('says that the role is missing', async () => {
    await using oss = await listen(ossReply());
    await using fn = instanceOf(codeDir, { OSS_ENDPOINT: oss.origin }, () => undefined);
    const { value, failed } = await fn.invoke(uploadEvent('avatars/a.jpg'));
    expect(failed).toBe(true);
    expect(value).toMatchObject({ errorType: 'CredentialsError', errorMessage: expect.stringContaining('no role') });
    expect(oss.asked).toEqual([]);
  });

  it.each([
    ['no event', {}, { hello: 'world' }, 'EventError', /no known shape/],
    ['an endpoint that is none', { OSS_ENDPOINT: 'http://user@host/x' }, uploadEvent('a'), 'ConfigError', /endpoint/],
    ['a concurrency that is none', { CONCURRENCY: '5.5' }, uploadEvent('a'), 'ConfigError', /CONCURRENCY/],
    ['a concurrency beyond reason', { CONCURRENCY: '101' }, uploadEvent('a'), 'ConfigError', /CONCURRENCY/],
    ['an unreadable configuration', { CONFIG_URI: 'file:///nowhere.json' }, uploadEvent('a'), 'ConfigError', /nowhere/],
    [
      'a configuration that is no address',
      { CONFIG_URI: 'rules.json' },
      uploadEvent('a'),
      'ConfigError',
      /CONFIG_URI is neither/,
    ],
  ])('throws for %s', async (_, environment, event, name, message) => {
    await using fn = instanceOf(codeDir, { OSS_ENDPOINT: 'http://127.0.0.1:9', ...environment }, () => role('a'));
    const { value, failed } = await fn.invoke(event);
    expect(failed).toBe(true);
    expect(value).toMatchObject({ errorType: name, errorMessage: expect.stringMatching(message) });
  });

  it('reads CONFIG_URI=oss:// with its role, and never falls back to the bundled rules', async () => {
    const objects: Parameters<typeof ossReply>[0] = {};
    await using oss = await listen((response, asked) => ossReply(objects)(response, asked));
    const environment = { OSS_ENDPOINT: oss.origin, CONFIG_URI: 'oss://settings/autostyle/规则.json' };
    await using fn = instanceOf(codeDir, environment, () => role('a'));
    const run = async () => (await fn.invoke(uploadEvent('avatars/a.jpg'))).value;

    expect(await run()).toMatchObject({ errorType: 'ConfigError', errorMessage: expect.stringContaining('NoSuchKey') });
    objects['/settings/autostyle/规则.json'] = { text: '{"rules":[]', etag: 'V1' };
    expect(await run()).toMatchObject({ errorType: 'ConfigError' });
    expect(oss.asked.every(({ method }) => method === 'GET')).toBe(true);

    objects['/settings/autostyle/规则.json'] = { text: config('x/{name}'), etag: 'V2' };
    expect(await run()).toMatchObject({ saved: 1, results: [{ rule: 'r', target: 'oss://out/x/a' }] });
    expect(oss.asked.at(-1)?.headers['authorization']).toContain('Credential=STS.a/');
  });

  it('reads CONFIG_URI=file://', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'autostyle rules '));
    try {
      const file = join(folder, 'rules 1.json');
      writeFileSync(file, config('y/{name}'));
      await using oss = await listen(ossReply());
      const environment = { OSS_ENDPOINT: oss.origin, CONFIG_URI: pathToFileURL(file).href };
      await using fn = instanceOf(codeDir, environment, () => role('a'));
      expect((await fn.invoke(uploadEvent('b.jpg'))).value).toMatchObject({ results: [{ target: 'oss://out/y/b' }] });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('returns at most 16 KB and logs every result with FC’s request id', async () => {
    await using oss = await listen(ossReply());
    await using fn = instanceOf(codeDir, { OSS_ENDPOINT: oss.origin }, () => role('a'));
    const keys = Array.from({ length: 300 }, (_, i) => `avatars/${i}.jpg`);
    const { value, lines, report } = await fn.invoke(uploadEvent(...keys));
    expect(value).toMatchObject({ saved: 600, skipped: 0, failed: 0 });
    expect(report.result.length).toBeLessThanOrEqual(16_384);
    expect(lines).toHaveLength(601);
    expect(new Set(lines.map(({ fcRequestId }) => fcRequestId))).toEqual(new Set([report.requestId]));
    expect(new Set(lines.map(({ target }) => target)).size).toBe(601);
  });

  it('shows no credential, token or signature in what it returns and logs', async () => {
    await using oss = await listen((response, { headers }) => {
      response.statusCode = 403;
      const echo = `${headers.authorization} ${headers['x-oss-security-token']} secret-of-planted`;
      response.end(
        `<Error><Code>SignatureDoesNotMatch</Code><Message>${echo}</Message><StringToSign>${echo}</StringToSign></Error>`,
      );
    });
    await using fn = instanceOf(codeDir, { OSS_ENDPOINT: oss.origin }, () => role('planted'));
    const { value, lines, report } = await fn.invoke(uploadEvent('avatars/a.jpg'));
    const shown = JSON.stringify([value, lines, report.logTail.toString()]);
    expect(shown).toContain('SignatureDoesNotMatch');
    expect(shown).not.toMatch(/secret-of-planted|token-of-planted|STS\.planted|Signature=/);
  });
});
