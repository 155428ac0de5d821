// Who may use the studio's interface: its own page. Each of its routes is tried by every stranger that there is.
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalCloud } from '../../../src/local/cloud.js';
import { startStudio } from '../../support/studio.js';
import { send } from '../oss/fixture.js';
import { everyRoute } from './every-route.js';

let cloud: LocalCloud;
let refused: string[];
let token = '';
const own = () => `http://127.0.0.1:${cloud.port}`;
const ask = (line: string, headers: Record<string, string>, body?: string) => {
  const [method = '', path = ''] = line.split(' ');
  return send(cloud.port, { method, path, headers, signed: false, ...(body !== undefined && { body }) });
};

beforeAll(async () => {
  refused = [];
  cloud = await startStudio({ onForeign: (reason) => void refused.push(reason) });
  token = /studio-token" content="([\w-]{32})"/.exec((await ask('GET /-/', {})).text)?.[1] ?? '';
  expect(token).not.toBe('');
});
afterAll(() => cloud?.close());

/** Marks of who sends a request that is not the page, each with the right token and without. */
const strangers: readonly (readonly [who: string, headers: () => Record<string, string>])[] = [
  ['a page of another site', () => ({ origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' })],
  ['a page at another port', () => ({ origin: 'http://127.0.0.1:5173', 'sec-fetch-site': 'same-site' })],
  ['a page at localhost', () => ({ origin: `http://localhost:${cloud.port}`, 'sec-fetch-site': 'cross-site' })],
  ['a page that hides its origin', () => ({ origin: 'null', 'sec-fetch-site': 'cross-site' })],
  ['an old browser’s page', () => ({ origin: 'http://evil.example' })],
  ['a page that sends no origin', () => ({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })],
  ['a page of a bucket', () => ({ origin: `http://photos.localhost:${cloud.port}`, 'sec-fetch-site': 'same-site' })],
  ['a page that was led here', () => ({ host: `evil.example:${cloud.port}`, 'sec-fetch-site': 'same-origin' })],
  ['a link', () => ({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' })],
  ['a frame', () => ({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' })],
];

describe.each(everyRoute)('%s', (line, body) => {
  it.each(strangers)('refuses %s, with the token too', async (_, headers) => {
    for (const given of [{}, { 'x-studio-token': token }]) {
      const answer = await ask(line, { ...headers(), ...given }, body);
      expect(answer.status).toBe(403);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it.each([undefined, '', 'x'.repeat(32), 'x'.repeat(9_000), '\u00e9'])('refuses the token %s', async (given) => {
    const headers = given === undefined ? {} : { 'x-studio-token': given };
    const answer = await ask(line, headers as Record<string, string>, body);
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([403, 'forbidden']);
  });

  it('allows no preflight', async () => {
    const path = line.split(' ')[1];
    const headers = {
      origin: 'http://evil.example',
      'access-control-request-method': line.split(' ')[0] ?? '',
      'access-control-request-headers': 'x-studio-token',
    };
    const answer = await ask(`OPTIONS ${path}`, headers);
    expect(answer.status).toBe(403);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('the page itself', () => {
  const files = ['GET /-/', 'GET /-/studio.js', 'GET /-/studio.css'];

  it.each(files)('%s: no page elsewhere can read or run it, or put it into a frame', async (line) => {
    for (const [, headers] of strangers.filter(([who]) => who !== 'a link')) {
      expect((await ask(line, headers())).status).toBe(403);
    }
    const { headers } = await ask(line, { origin: own(), 'sec-fetch-site': 'same-origin' });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'nonce-[\w-]{24}'; style-src/);
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('is opened by a link', async () => {
    const [, headers] = strangers.find(([who]) => who === 'a link') ?? [];
    expect((await ask('GET /-/', headers?.() ?? {})).status).toBe(200);
  });

  it('is at this machine’s own names only: below a bucket’s name its address is an object’s', async () => {
    expect((await ask('GET /-/', { host: `localhost:${cloud.port}` })).status).toBe(200);
    const answer = await ask('GET /-/', { host: `photos.localhost:${cloud.port}` });
    expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('<Code>AccessDenied</Code>')]);
  });

  it.each(['POST /-/', 'PUT /-/studio.js', 'GET /-/api/nothing', 'GET /-/__proto__', 'POST /-/api/constructor'])(
    '%s: there is no such thing',
    async (line) => {
      expect((await ask(line, { 'x-studio-token': token }, '{}')).status).toBe(404);
    },
  );
});

it('is tried whole here', () => {
  const folder = new URL('../../../src/local/studio/routes/', import.meta.url);
  const inCode = readdirSync(folder).flatMap((name) => {
    const code = readFileSync(new URL(name, folder), 'utf8');
    return [...code.matchAll(/^ {4}'((?:GET|POST) [a-z-]+)': /gm)].map(([, route]) => route);
  });
  expect(inCode.sort()).toEqual(
    everyRoute
      .map(([line]) => line.replace('/-/api/', ''))
      .filter((route) => !route.startsWith('GET events'))
      .sort(),
  );
});

it('serves its own page', async () => {
  for (const [line, body] of everyRoute.filter(([route]) => !route.includes('events'))) {
    const headers = { origin: own(), 'sec-fetch-site': 'same-origin', 'x-studio-token': token };
    expect((await ask(line, headers, body)).status, line).toBe(200);
  }
});
