// The second signature of Function Compute, held to the vendor's library for any request; transport.test.ts has what
// the commands send.
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { signAcs3 } from '../../src/remote/acs3.js';

const openApi = (createRequire(import.meta.url)('@alicloud/openapi-util') as { default: OpenApi }).default;
interface OpenApi {
  getAuthorization(request: object, algorithm: string, payload: string, id: string, secret: string): string;
}

const word = fc.stringMatching(/^[\w.-]{1,12}$/);
const text = fc.string({ unit: 'grapheme', maxLength: 12 });

it("is the signature of the vendor's library", () => {
  fc.assert(
    fc.property(
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
      fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => `/${words.join('/')}`),
      fc.dictionary(word, text, { maxKeys: 5 }),
      fc.uint8Array({ maxLength: 40 }),
      fc.option(word, { nil: undefined }),
      (method, path, query, bytes, securityToken) => {
        const headers = { host: 'h:1', 'content-type': 'application/json', 'x-fc-log-type': 'Tail' };
        const credentials = { accessKeyId: 'id', accessKeySecret: 'secret', securityToken };
        const request = { method, path, query, headers, body: Buffer.from(bytes) };
        const call = { action: 'InvokeFunction', version: '2023-03-30' };
        const signed = signAcs3(request, call, credentials, Date.UTC(2026, 10, 22));
        const { authorization, ...sent } = signed;
        const hash = sent['x-acs-content-sha256'] ?? '';
        const about = { method, pathname: path, query, headers: sent };
        expect(authorization).toBe(openApi.getAuthorization(about, 'ACS3-HMAC-SHA256', hash, 'id', 'secret'));
        expect(sent['x-acs-date']).toBe('2026-11-22T00:00:00Z');
        expect(sent['x-acs-security-token']).toBe(securityToken);
      },
    ),
  );
});
