// AssumeRole: checks what is asked for and issues the temporary keys.
// https://help.aliyun.com/zh/ram/developer-reference/api-sts-2015-04-01-assumerole

import { createHash } from 'node:crypto';
import type { AccessKey, AccessKeys } from '../oss/caller/access-key.js';
import type { IssueKey } from '../temporary-keys.js';
import type { Authenticated } from './authenticate.js';
import { notImplemented, StsError, wronglyFormed } from './error.js';
import { permits, readPolicy } from './policy.js';

/** Where the roles are, and where their keys go. `now` in ms. */
export interface AssumeRoleOptions {
  keys: AccessKeys;
  issueKey: IssueKey;
  region: string;
  accountId: string;
  now: number;
}

/** The answer, in the order in which the API reference shows its fields. */
export interface AssumedRole {
  AssumedRoleUser: { Arn: string; AssumedRoleId: string };
  Credentials: { SecurityToken: string; Expiration: string; AccessKeySecret: string; AccessKeyId: string };
}

/**
 * Keys for a role of the account: it may be any, since none is kept here, and it may do everything that its session's
 * policy allows.
 * @throws StsError for parameters that the service refuses
 */
export function assumeRole({ parameters, key }: Authenticated, options: AssumeRoleOptions): AssumedRole {
  if (key.securityToken !== undefined) {
    const message = 'You are not authorized to do this action. A temporary key cannot assume a role here.';
    throw new StsError(403, 'NoPermission', message);
  }
  const roleName = roleOf(value(parameters, 'RoleArn'), options.accountId);
  const session = value(parameters, 'RoleSessionName');
  if (!/^[\w.@-]{2,64}$/.test(session)) throw wronglyFormed('RoleSessionName');
  if (!/^[\w+=,.@:/-]{2,1224}$/.test(parameters.get('ExternalId') ?? 'none')) throw wronglyFormed('ExternalId');
  if (parameters.has('SourceIdentity')) throw notImplemented('the parameter SourceIdentity');
  const expiresAt = options.now + lifeOf(parameters.get('DurationSeconds')) * 1000;
  const policy = parameters.get('Policy');
  const principalId = `${roleId(roleName)}:${session}`;
  const may = policy === undefined ? undefined : limit(policy, options);
  const { credentials } = options.issueKey(options.keys, { expiresAt, principalId, ...(may && { may }) });
  return {
    AssumedRoleUser: {
      Arn: `acs:ram::${options.accountId}:role/${roleName}/${session}`,
      AssumedRoleId: principalId,
    },
    Credentials: {
      SecurityToken: credentials.securityToken,
      Expiration: new Date(expiresAt).toISOString().replace(/\.\d{3}/, ''),
      AccessKeySecret: credentials.accessKeySecret,
      AccessKeyId: credentials.accessKeyId,
    },
  };
}

function value(parameters: ReadonlyMap<string, string>, name: string): string {
  const given = parameters.get(name);
  if (given) return given;
  throw new StsError(400, `Missing${name}`, `${name} is mandatory for this action.`);
}

function roleOf(arn: string, accountId: string): string {
  const [, account, name] = /^acs:ram::(\d{1,20}):role\/([A-Za-z0-9.-]{1,64})$/i.exec(arn) ?? [];
  if (name === undefined) throw wronglyFormed('RoleArn');
  if (account === accountId) return name;
  throw new StsError(
    404,
    'EntityNotExist.Role',
    `The role not exists: ${arn}. Here it is acs:ram::${accountId}:role/…`,
  );
}

/** Seconds; a role's maximum is an hour unless somebody raises it. */
function lifeOf(text = '3600'): number {
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (seconds >= 900 && seconds <= 3_600) return seconds;
  throw new StsError(400, 'InvalidParameter.DurationSeconds', 'The Min/Max value of DurationSeconds is 15min/1hr.');
}

/** The same 18 digits for the same role. */
function roleId(roleName: string): string {
  const hash = createHash('sha256').update(roleName.toLowerCase()).digest();
  return `3${String(hash.readBigUInt64BE() % 10n ** 17n).padStart(17, '0')}`;
}

function limit(text: string, { region, accountId }: AssumeRoleOptions): AccessKey['may'] {
  const policy = readPolicy(text);
  return (action, bucket, key) => {
    // All buckets together are `*`: a statement on some of them does not cover ListBuckets.
    const relative = bucket === undefined ? '*' : key === undefined ? bucket : `${bucket}/${key}`;
    return permits(policy, { action, resource: `acs:oss:${region}:${accountId}:${relative}` });
  };
}
