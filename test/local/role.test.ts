import { expect, test } from 'vitest';
import type { OssCall } from '../../src/local/oss/call.js';
import type { AccessKeys } from '../../src/local/oss/caller/access-key.js';
import { createRole } from '../../src/local/role.js';

const callBy = (keys: AccessKeys, accessKeyId: string) =>
  ({ caller: { accessKeyId, key: keys.get(accessKeyId) ?? { secret: '' } } }) as OssCall;

test('temporary credentials for an instance, known by their key', () => {
  const keys: AccessKeys = new Map();
  const role = createRole('f', () => 1_000);
  const first = role.issue(keys, 'c-1');
  const second = role.issue(keys, 'c-2');
  expect(keys.get(first.accessKeyId)).toEqual({
    secret: first.accessKeySecret,
    securityToken: first.securityToken,
    expiresAt: 1_000 + 36 * 3_600_000,
    principalId: 'f',
  });
  expect(first.accessKeyId).toMatch(/^STS\./);
  expect(second.securityToken).not.toBe(first.securityToken);
  expect([first, second].map(({ accessKeyId }) => role.instanceOf(callBy(keys, accessKeyId)))).toEqual(['c-1', 'c-2']);
  expect(role.instanceOf(callBy(keys, 'somebody'))).toBeUndefined();
  expect(role.instanceOf({ caller: undefined } as OssCall)).toBeUndefined();
});

test('only the newest thousand are kept', () => {
  const keys: AccessKeys = new Map();
  const role = createRole('f', Date.now);
  const issued = Array.from({ length: 1_001 }, (_, n) => role.issue(keys, `c-${n}`).accessKeyId);
  const [oldest = '', next = ''] = issued;
  expect([keys.get(oldest), role.instanceOf(callBy(keys, oldest))]).toEqual([undefined, undefined]);
  expect([keys.get(next) !== undefined, role.instanceOf(callBy(keys, next))]).toEqual([true, 'c-1']);
});
