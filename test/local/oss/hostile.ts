// Requests drawn at random, as nobody in their right mind sends them, and what the embedded OSS makes of them.
import fc from 'fast-check';
import { expect } from 'vitest';
import { codeOf, send, type TestOss, type Wire } from './fixture.js';

/** Any target, query and Authorization is answered by 4xx or 501, with a request id. */
export async function expectRefusals(oss: TestOss, runs: number): Promise<void> {
  const text = fc.string({
    unit: fc.constantFrom(
      ...'/?&=%.+|{}_-:;,~aZ09'.split(''),
      '%2e',
      '%00',
      '%ff',
      'x-oss-process',
      'acl',
      'OSS4-HMAC-SHA256',
      'Credential=',
      'Signature=',
    ),
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH'),
      text,
      text,
      async (method, target, authorization) => {
        const headers = { authorization: `OSS4-HMAC-SHA256 ${authorization}` };
        const answer = await send(oss.port, {
          method,
          path: `/photos/${target}`,
          signed: false,
          headers,
          body: method === 'POST' ? target : undefined,
        } as Wire);
        expect(answer.status === 501 || (answer.status >= 400 && answer.status < 500)).toBe(true);
        expect(answer.headers['x-oss-request-id']).toMatch(/^[0-9A-F]{24}$/);
      },
    ),
    { numRuns: runs },
  );
}

/** Any signed request with any sub-resource and body is answered, and never by a 500. */
export async function expectAnswers(oss: TestOss, runs: number): Promise<void> {
  await oss.client().put('k', Buffer.from('x'));
  const name = fc.constantFrom(
    ...'acl append bucketInfo delete list-type location objectMeta position partNumber prefix max-keys marker'.split(
      ' ',
    ),
    ...'style styleName symlink uploadId uploads x-oss-process continuation-token delimiter encoding-type'.split(' '),
    ...'response-expires start-after key-marker max-parts max-uploads part-number-marker __proto__'.split(' '),
  );
  const value = fc.oneof(
    fc.constantFrom(
      '1',
      '2',
      '-1',
      '99999999999999999999',
      'url',
      '/',
      'image/info',
      'style/x',
      'image/resize,w_1|sys/saveas,o_YQ',
    ),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
  );
  const body = fc.oneof(
    fc.constantFrom(
      '',
      'x-oss-process=image/resize,w_1',
      '<Delete><Object><Key>k</Key></Object></Delete>',
      '<Style>',
      '{}',
    ),
    fc.string({ unit: 'binary', maxLength: 40 }),
  );
  const codes = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD'),
      fc.constantFrom('', 'k', 'new'),
      // An operation understands few names at a time.
      fc.oneof(fc.constant({}), fc.dictionary(name, value, { maxKeys: 1 }), fc.dictionary(name, value, { maxKeys: 3 })),
      body,
      async (method, key, given, text) => {
        const pairs = Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1));
        const query = pairs.map(([n, v]) => `${encodeURIComponent(n)}=${encodeURIComponent(v)}`).join('&');
        const queries = Object.fromEntries(pairs.map(([n, v]) => [n, v || null]));
        const answer = await oss.wire({
          method,
          path: `/photos/${key}?${query}`,
          key,
          queries,
          body: method === 'GET' ? '' : text,
        });
        expect(answer.status).not.toBe(500);
        const code = codeOf(answer) ?? 'fine';
        codes.set(code, (codes.get(code) ?? 0) + 1);
        oss.oss.createBucket('photos');
      },
    ),
    { numRuns: runs },
  );
  // It got past the door.
  expect(codes.get('fine')).toBeGreaterThan(runs / 50);
  expect(codes.size).toBeGreaterThan(3);
}
