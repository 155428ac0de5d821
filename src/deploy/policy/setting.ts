// The names that policies need beside the rules: region, account, roles, log. They come from s.yaml or, where it cannot
// be used, from its variables alone.

import { configObjectOf } from '../../rules/config-source.js';
import { printable } from '../../rules/printable.js';
import type { Environment } from '../../rules/values.js';
import { UserError } from '../../terminal/user-error.js';
import { unknownAccount } from '../project.js';
import type { ResourceProps } from '../s-schema.js';

export interface Setting {
  readonly region: string;
  /** `*` where it is not known. */
  readonly accountId: string;
  readonly functionName: string;
  readonly functionRole: string;
  readonly triggerRole: string;
  /** Where FC sends the outcome of an event: ARNs, in which the account may be missing. */
  readonly destinations: { readonly onSuccess?: string | undefined; readonly onFailure?: string | undefined };
  /** Undefined: the one that the deployment creates. */
  readonly logProject?: string | undefined;
  readonly logStore: string;
  /** Where the configuration is kept instead of in the code. */
  readonly configObject?: { readonly bucket: string; readonly key: string } | undefined;
  /** Of buckets that are encrypted with a key of one's own. */
  readonly kmsKey?: string | undefined;
}

/** The role that the console creates for OSS's notifications; its name as an ARN has it. */
export const standardTriggerRole = 'aliyunosseventnotificationrole';

/**
 * The setting as a resolved s.yaml has it.
 * @param otherwise for what it does not say
 */
export function settingIn(resource: ResourceProps, otherwise: Setting): Setting {
  const { region, functionName, role, logConfig, asyncInvokeConfig, triggers } = resource;
  const [, account = '', functionRole = ''] = roleParts.exec(role) ?? [];
  const trigger = triggers.find(({ triggerType }) => triggerType === 'oss');
  const triggerRole = trigger?.triggerType === 'oss' ? roleParts.exec(trigger.invocationRole)?.[2] : undefined;
  const known = (arn: string | undefined) => arn?.replace(`:${unknownAccount}:`, '::');
  const { onSuccess, onFailure } = asyncInvokeConfig.destinationConfig ?? {};
  const log = typeof logConfig === 'object' ? logConfig : undefined;
  return {
    region,
    accountId: account === unknownAccount ? '*' : account,
    functionName,
    functionRole,
    triggerRole: triggerRole ?? otherwise.triggerRole,
    destinations: { onSuccess: known(onSuccess?.destination), onFailure: known(onFailure?.destination) },
    logProject: log?.project,
    logStore: log?.logstore ?? otherwise.logStore,
  };
}

const roleParts = /^acs:ram::(\d+):role\/(.+)$/;

/** The setting as the shipped s.yaml has it in this environment; an empty value counts as unset. */
export function settingOf(environment: Environment): Setting {
  const given = (name: string): string | undefined => environment[name] || undefined;
  const failureQueue = given('FAILURE_QUEUE') ?? 'oss-autostyle-failed';
  const onSuccess = given('SUCCESS_DESTINATION');
  const region = given('REGION') ?? 'cn-hangzhou';
  return {
    region,
    accountId: given('ACCOUNT_ID') ?? '*',
    functionName: given('FUNCTION_NAME') ?? 'oss-autostyle',
    functionRole: given('FUNCTION_ROLE') ?? 'oss-autostyle',
    triggerRole: given('TRIGGER_ROLE') ?? standardTriggerRole,
    destinations: {
      onSuccess: onSuccess === 'none' ? undefined : onSuccess,
      onFailure: failureQueue === 'none' ? undefined : `acs:mns:${region}::/queues/${failureQueue}/messages`,
    },
    logProject: given('LOG_PROJECT'),
    logStore: given('LOG_STORE') ?? 'function',
  };
}

/** The log project, or the names of those that a deployment creates: ours, and without `npm run deploy` that of fc3. */
export function logProjects({ region, accountId, logProject }: Setting): string[] {
  if (logProject !== undefined) return [logProject];
  return [`oss-autostyle-${accountId}-${region}`, `serverless-${region}-*`];
}

/** What a user can set in place of what s.yaml says. */
export type SettingFlags = {
  readonly [Name in 'region' | 'account' | 'config-uri' | 'kms-key']?: string | undefined;
};

type Form = readonly [pattern: RegExp, expected: string];
const regionForm: Form = [/^[a-z]{2}(?:-[a-z0-9]+)+$/, 'a region id such as cn-hangzhou'];
const accountForm: Form = [/^(?:\d{10,20}|\*)$/, 'the account number, 16 digits'];
const roleForm: Form = [/^[A-Za-z0-9.-]{1,64}$/, 'letters, digits, . and -'];
const word: Form = [/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/, 'letters, digits, - and _'];

/**
 * Policies take these texts literally: none may hold a wildcard or a further part of a resource's name.
 * @throws {UserError} (2) naming all flags that cannot be used
 */
export function checkFlags(flags: SettingFlags): void {
  const uri = flags['config-uri'];
  refuse(
    [
      ['the region', flags.region, regionForm],
      ['the account', flags.account, accountForm],
      ['--kms-key', flags['kms-key'], [word[0], 'the id of a key']],
    ],
    uri === undefined || configObjectOf(uri) ? [] : ['--config-uri: expected oss://bucket/key.json'],
  );
}

/**
 * As s.yaml says, which its schema has checked; where it cannot be used, as its variables say. Flags come first.
 * @throws {UserError} (2) naming all variables that cannot be used
 */
export function settingFrom(
  flags: SettingFlags,
  resource: ResourceProps | undefined,
  environment: Environment,
): Setting {
  const own = settingOf(environment);
  if (resource === undefined) checkVariables(own, environment);
  const setting = resource === undefined ? own : settingIn(resource, own);
  const uri = flags['config-uri'] ?? (resource?.environmentVariables ?? environment)['CONFIG_URI'];
  return {
    ...setting,
    region: flags.region ?? setting.region,
    accountId: flags.account ?? setting.accountId,
    configObject: uri === undefined ? undefined : configObjectOf(uri),
    kmsKey: flags['kms-key'],
  };
}

function checkVariables(setting: Setting, environment: Environment): void {
  const uri = environment['CONFIG_URI'] ?? '';
  const arn: Form = [
    /^acs:[a-z]+:[a-z0-9-]+:\d{0,20}:[\w/.-]{1,300}$/,
    'the ARN of a queue, a topic or a function, or none',
  ];
  refuse(
    [
      ['the region', setting.region, regionForm],
      ['the account', setting.accountId, accountForm],
      ['FUNCTION_NAME', setting.functionName, [/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, word[1]]],
      ['FUNCTION_ROLE', setting.functionRole, roleForm],
      ['TRIGGER_ROLE', setting.triggerRole, roleForm],
      ['FAILURE_QUEUE', environment['FAILURE_QUEUE'] || undefined, [word[0], `${word[1]}, or none`]],
      ['SUCCESS_DESTINATION', setting.destinations.onSuccess, arn],
      ['LOG_PROJECT', setting.logProject, word],
      ['LOG_STORE', setting.logStore, word],
    ],
    uri.startsWith('oss:') && !configObjectOf(uri) ? ['CONFIG_URI: expected oss://bucket/key.json'] : [],
  );
}

function refuse(
  values: readonly (readonly [name: string, value: string | undefined, form: Form])[],
  others: readonly string[],
): void {
  const mistakes = values.flatMap(([name, value, [pattern, expected]]) =>
    value === undefined || pattern.test(value) ? [] : [`${name} ${printable(value)}: expected ${expected}`],
  );
  const all = [...mistakes, ...others];
  if (all.length > 0) throw new UserError(all.join('\n  '), 2);
}
