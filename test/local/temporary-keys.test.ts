import { expect, test } from 'vitest';
import type { AccessKeys } from '../../src/local/oss/caller/access-key.js';
import { keyIssuer } from '../../src/local/temporary-keys.js';

test('a key with a token, a time and a name; no two alike', () => {
  const keys: AccessKeys = new Map();
  const issue = keyIssuer();
  const may = () => true;
  const { credentials, key } = issue(keys, { expiresAt: 5, principalId: 'p', may });
  const { accessKeyId, accessKeySecret: secret, securityToken } = credentials;
  expect(key).toEqual({ secret, securityToken, expiresAt: 5, principalId: 'p', may });
  expect(keys.get(accessKeyId)).toBe(key);
  expect(accessKeyId).toMatch(/^STS\.\w{24}$/);
  const other = issue(keys, { expiresAt: 5, principalId: 'p' }).credentials;
  for (const name of ['accessKeyId', 'accessKeySecret', 'securityToken'] as const) {
    expect(other[name]).not.toBe(credentials[name]);
  }
});

test('each issuer keeps its newest thousand', () => {
  const keys: AccessKeys = new Map([['mine', { secret: 's' }]]);
  const [one, two] = [keyIssuer(), keyIssuer()];
  const rest = { expiresAt: 5, principalId: 'p' };
  const other = two(keys, rest).credentials.accessKeyId;
  const issued = Array.from({ length: 1_002 }, () => one(keys, rest).credentials.accessKeyId);
  expect(keys.size).toBe(1 + 1 + 1_000);
  expect([keys.has('mine'), keys.has(other), keys.has(issued[1] ?? ''), keys.has(issued[2] ?? '')]).toEqual([
    true,
    true,
    false,
    true,
  ]);
});
