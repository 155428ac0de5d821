// What AssumeRole refuses of its own parameters, and what it grants.
import { describe, expect, test } from 'vitest';
import { account, startOss } from '../oss/fixture.js';
import { type Parameters, roleArn, rpcParameters, sendRpc, signedRpc } from './client.js';

const now = Date.UTC(2026, 10, 23, 12);

async function answerTo(change: Parameters, secret?: string) {
  const oss = await startOss({ now: () => now });
  const answer = await sendRpc(oss.port, signedRpc('POST', rpcParameters(now, change), secret));
  return { oss, status: answer.status, ...JSON.parse(answer.text) };
}

describe('refuses', () => {
  test.each<[string, Parameters, number, string]>([
    ['no role', { RoleArn: undefined }, 400, 'MissingRoleArn'],
    ['a role that is none', { RoleArn: 'uploader' }, 400, 'InvalidParameter.RoleArn'],
    ['a user', { RoleArn: `acs:ram::${account.accountId}:user/alice` }, 400, 'InvalidParameter.RoleArn'],
    ['a role without a name', { RoleArn: `acs:ram::${account.accountId}:role/` }, 400, 'InvalidParameter.RoleArn'],
    ['a role with a strange name', { RoleArn: `${roleArn}/x` }, 400, 'InvalidParameter.RoleArn'],
    ['another account', { RoleArn: 'acs:ram::12345678987:role/uploader' }, 404, 'EntityNotExist.Role'],
    ['no session', { RoleSessionName: undefined }, 400, 'MissingRoleSessionName'],
    ['a short session', { RoleSessionName: 'a' }, 400, 'InvalidParameter.RoleSessionName'],
    ['a long session', { RoleSessionName: 'a'.repeat(65) }, 400, 'InvalidParameter.RoleSessionName'],
    ['a session with a slash', { RoleSessionName: 'a/b' }, 400, 'InvalidParameter.RoleSessionName'],
    ['a session with a line end', { RoleSessionName: 'alice\n' }, 400, 'InvalidParameter.RoleSessionName'],
    ['a short life', { DurationSeconds: '899' }, 400, 'InvalidParameter.DurationSeconds'],
    ['a long life', { DurationSeconds: '3601' }, 400, 'InvalidParameter.DurationSeconds'],
    ['a life of half seconds', { DurationSeconds: '900.5' }, 400, 'InvalidParameter.DurationSeconds'],
    ['a life in another form', { DurationSeconds: '1e3' }, 400, 'InvalidParameter.DurationSeconds'],
    ['an empty policy', { Policy: '' }, 400, 'InvalidParameter.PolicyGrammar'],
    ['a long policy', { Policy: ' '.repeat(2_049) }, 400, 'InvalidParameter.PolicySize'],
    ['a short external id', { ExternalId: 'x' }, 400, 'InvalidParameter.ExternalId'],
    ['a source identity', { SourceIdentity: 'alice' }, 501, 'NotImplemented'],
  ])('%s', async (_, change, status, code) => {
    const answer = await answerTo(change);
    expect([answer.status, answer.Code]).toEqual([status, code]);
    expect(answer.oss.oss.keys.size).toBe(1);
  });

  test('a temporary key, which would rid itself of its policy so', async () => {
    const { oss, Credentials } = await answerTo({});
    const { AccessKeyId, AccessKeySecret, SecurityToken } = Credentials;
    const given = rpcParameters(now, { AccessKeyId, SecurityToken });
    const answer = await sendRpc(oss.port, signedRpc('POST', given, AccessKeySecret));
    expect([answer.status, JSON.parse(answer.text).Code]).toEqual([403, 'NoPermission']);
  });
});

test.each<[Parameters, string]>([
  [{ DurationSeconds: '900' }, '2026-11-23T12:15:00Z'],
  [{ DurationSeconds: '3600' }, '2026-11-23T13:00:00Z'],
  [{ RoleSessionName: 'a.@-_9', ExternalId: 'abcd:1', RegionId: 'cn-hangzhou' }, '2026-11-23T13:00:00Z'],
])('grants %j until %s', async (change, expiration) => {
  expect((await answerTo(change)).Credentials.Expiration).toBe(expiration);
});

test('a role has the same id whenever it is assumed', async () => {
  const [first, second, other] = await Promise.all([
    answerTo({}),
    answerTo({ RoleSessionName: 'bob' }),
    answerTo({ RoleArn: `${roleArn}2` }),
  ]);
  const idOf = ({ AssumedRoleUser }: typeof first) => AssumedRoleUser.AssumedRoleId.split(':')[0];
  expect(idOf(first)).toBe(idOf(second));
  expect(idOf(first)).not.toBe(idOf(other));
});
