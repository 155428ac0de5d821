// Where the function lives and what is around it: what policies name beside the rules, from s.yaml,
// or from its variables alone.
import type { Environment } from '../../rules/values.js';
import { unknownAccount } from '../project.js';
import type { ResourceProps } from '../s-schema.js';

export interface Setting {
  readonly region: string;
  /** `*` where it is not known. */
  readonly accountId: string;
  readonly functionName: string;
  readonly functionRole: string;
  readonly triggerRole: string;
  /** Where FC hands over what became of an event: ARNs, in which the account may be missing. */
  readonly destinations: { readonly onSuccess?: string; readonly onFailure?: string };
  /** Absent: the one that the deployment makes. */
  readonly logProject?: string;
  readonly logStore: string;
  /** Where the configuration is kept instead of in the code. */
  readonly configObject?: { readonly bucket: string; readonly key: string };
  /** Of buckets that are encrypted with a key of one's own. */
  readonly kmsKey?: string;
}

/** The role that the console makes for OSS's notifications; its name as an ARN has it. */
export const standardTriggerRole = 'aliyunosseventnotificationrole';

/**
 * The setting as a resolved s.yaml has it.
 * @param otherwise for what it does not say
 */
export function settingIn(resource: ResourceProps, otherwise: Setting): Setting {
  const { region, functionName, role, logConfig, asyncInvokeConfig, triggers } = resource;
  const [, account = '', functionRole = ''] = roleParts.exec(role) ?? [];
  const trigger = triggers.find(({ triggerType }) => triggerType === 'oss');
  const starter = trigger?.triggerType === 'oss' ? roleParts.exec(trigger.invocationRole)?.[2] : undefined;
  const known = (arn: string) => arn.replace(`:${unknownAccount}:`, '::');
  const { onSuccess, onFailure } = asyncInvokeConfig.destinationConfig ?? {};
  const log = typeof logConfig === 'object' ? logConfig : undefined;
  return {
    region,
    accountId: account === unknownAccount ? '*' : account,
    functionName,
    functionRole,
    triggerRole: starter ?? otherwise.triggerRole,
    destinations: {
      ...(onSuccess === undefined ? {} : { onSuccess: known(onSuccess.destination) }),
      ...(onFailure === undefined ? {} : { onFailure: known(onFailure.destination) }),
    },
    ...(log === undefined ? {} : { logProject: log.project }),
    logStore: log?.logstore ?? otherwise.logStore,
  };
}

const roleParts = /^acs:ram::(\d+):role\/(.+)$/;

/** The setting as the shipped s.yaml has it in this environment; an empty value counts as unset. */
export function settingOf(environment: Environment): Setting {
  const held = (name: string): string | undefined => environment[name] || undefined;
  const failureQueue = held('FAILURE_QUEUE') ?? 'oss-autostyle-failed';
  const onSuccess = held('SUCCESS_DESTINATION') ?? 'none';
  const logProject = held('LOG_PROJECT');
  const region = held('REGION') ?? 'cn-hangzhou';
  return {
    region,
    accountId: held('ACCOUNT_ID') ?? '*',
    functionName: held('FUNCTION_NAME') ?? 'oss-autostyle',
    functionRole: held('FUNCTION_ROLE') ?? 'oss-autostyle',
    triggerRole: held('TRIGGER_ROLE') ?? standardTriggerRole,
    destinations: {
      ...(onSuccess === 'none' ? {} : { onSuccess }),
      ...(failureQueue === 'none' ? {} : { onFailure: `acs:mns:${region}::/queues/${failureQueue}/messages` }),
    },
    ...(logProject === undefined ? {} : { logProject }),
    logStore: held('LOG_STORE') ?? 'function',
  };
}

/** The log project, or what those are called that a deployment makes: ours, and without `npm run deploy` that of fc3. */
export function logProjects({ region, accountId, logProject }: Setting): string[] {
  if (logProject !== undefined) return [logProject];
  return [`oss-autostyle-${accountId}-${region}`, `serverless-${region}-*`];
}
