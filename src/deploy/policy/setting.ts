// Where the function lives and what is around it: what policies name beside the rules, from the variables of s.yaml.
import type { Environment } from '../../rules/values.js';

export interface Setting {
  readonly region: string;
  /** `*` where it is not known. */
  readonly accountId: string;
  readonly functionName: string;
  readonly functionRole: string;
  readonly triggerRole: string;
  /** The SMQ queue for what even the retries could not finish. */
  readonly failureQueue?: string;
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

/** The setting as s.yaml resolves it in this environment; an empty value counts as unset. */
export function settingOf(environment: Environment): Setting {
  const held = (name: string): string | undefined => environment[name] || undefined;
  const failureQueue = held('FAILURE_QUEUE') ?? 'oss-autostyle-failed';
  const logProject = held('LOG_PROJECT');
  return {
    region: held('REGION') ?? 'cn-hangzhou',
    accountId: held('ACCOUNT_ID') ?? '*',
    functionName: held('FUNCTION_NAME') ?? 'oss-autostyle',
    functionRole: held('FUNCTION_ROLE') ?? 'oss-autostyle',
    triggerRole: held('TRIGGER_ROLE') ?? standardTriggerRole,
    ...(failureQueue === 'none' ? {} : { failureQueue }),
    ...(logProject === undefined ? {} : { logProject }),
    logStore: held('LOG_STORE') ?? 'function',
  };
}

/** The log project, or what those are called that a deployment makes: ours, and without `npm run deploy` that of fc3. */
export function logProjects({ region, accountId, logProject }: Setting): string[] {
  if (logProject !== undefined) return [logProject];
  return [`oss-autostyle-${accountId}-${region}`, `serverless-${region}-*`];
}
