// What the trigger's role may do, and what a person who deploys may do.
// https://github.com/aliyun-fc/fc-docs, 安全合规/权限策略及示例; https://github.com/devsapp/fc3, docs/zh/yaml/triggers.md
import { duePrefix, failedPrefix } from '../../journal/record-name.js';
import type { Config } from '../../rules/rule.js';
import { sweepsPrefix } from '../../sweep/newest.js';
import { bucketArn, type Grant, grant, objects } from './document.js';
import { logProjects, type Setting } from './setting.js';
import { needsOf } from './style-needs.js';

/** The trigger's role: OSS takes it to call the function, in any version. */
export function triggerGrants(setting: Setting): Grant[] {
  const name = functionArn(setting);
  return [grant('call the function', ['fc:InvokeFunction'], [name, `${name}/*`])];
}

/** For a person who deploys, checks, invokes, stops and resumes the function, and publishes its configuration. */
export function deployerGrants(config: Config, setting: Setting): Grant[] {
  const { region, accountId, configObject } = setting;
  const name = functionArn(setting);
  return [
    grant('create and change the function', functionActions, [name, `${name}/*`]),
    // The list of actions lacks it; https://github.com/devsapp names it in the documents of its components.
    grant('upload the code', ['fc:GetTempBucketToken'], ['*']),
    grant('create, change and remove its triggers', triggerActions, [`${name}/triggers/*`]),
    grant(
      'let the source buckets notify it',
      [
        'oss:ListBucket',
        'oss:GetBucketEventNotification',
        'oss:PutBucketEventNotification',
        'oss:DeleteBucketEventNotification',
      ],
      config.rules.flatMap(({ when }) => when.buckets.map((bucket) => bucketArn(accountId, bucket))),
    ),
    grant('give the function its role', ['ram:PassRole'], [roleArn(setting, setting.functionRole)], passedTo('fc')),
    // FC takes it for OSS: which of the two RAM counts is in no document.
    grant(
      'give its triggers their role',
      ['ram:PassRole'],
      [roleArn(setting, setting.triggerRole)],
      passedTo('fc', 'oss'),
    ),
    ...surroundingsGrants(config, setting),
    grant(
      'create the log project and store',
      ['Project', 'LogStore', 'Index'].flatMap((kind) => [`log:Get${kind}`, `log:Create${kind}`]),
      logProjects(setting).flatMap((project) => {
        const name = `acs:log:${region}:${accountId}:project/${project}`;
        return setting.logProject === undefined ? [name, `${name}/logstore/*`] : [];
      }),
    ),
    ...doctorGrants(config, accountId),
    grant(
      'publish the configuration, and keep the previous one beside it',
      ['oss:GetObject', 'oss:PutObject'],
      configObject === undefined ? [] : [objects(accountId, configObject.bucket, configObject.key)],
    ),
  ];
}

function roleArn({ accountId }: Setting, role: string): string {
  return `acs:ram:*:${accountId}:role/${role.toLowerCase()}`;
}

function passedTo(...services: string[]) {
  return { StringEquals: { 'acs:Service': services.map((service) => `${service}.aliyuncs.com`) } };
}

/** What a deployment and `npm run doctor` look at beforehand: roles, queues, the IMM project of the source buckets. */
function surroundingsGrants({ rules }: Config, setting: Setting): Grant[] {
  const { functionRole, triggerRole, destinations, accountId } = setting;
  const { onSuccess, onFailure } = destinations;
  const arns = [onSuccess, onFailure].flatMap((arn) => (arn?.startsWith('acs:mns:') ? [arn] : []));
  const of = (kind: string): string[] =>
    arns.flatMap((arn) => {
      const [, , region, account, path = ''] = arn.split(':');
      const [, , name] = path.split('/');
      return path.startsWith(`/${kind}/`) ? [`acs:mns:${region}:${account || accountId}:/${kind}/${name}`] : [];
    });
  const immNeeded = rules.some(({ outputs }) => outputs.some(({ style }) => needsOf(style).imm.length > 0));
  return [
    grant(
      'see whether the roles exist',
      ['ram:GetRole'],
      [functionRole, triggerRole].flatMap((role) => [`acs:ram:*:${accountId}:role/${role}`, roleArn(setting, role)]),
    ),
    grant('see whether the queue exists', ['mns:GetQueueAttributes'], of('queues')),
    grant('see whether the topic exists', ['mns:GetTopicAttributes'], of('topics')),
    grant('see the IMM project of a bucket', ['imm:GetOSSBucketAttachment'], immNeeded ? ['*'] : []),
  ];
}

/** What `npm run doctor` reads; its probes leave records in the journal, which it deletes again. */
function doctorGrants({ rules, journal }: Config, accountId: string): Grant[] {
  const names = (buckets: readonly string[]) => buckets.map((bucket) => bucketArn(accountId, bucket));
  const sources = rules.flatMap(({ when }) => when.buckets);
  const targets = rules.flatMap(({ outputs }) => outputs.flatMap(({ bucket }) => bucket ?? []));
  const styled = rules.filter(({ outputs }) => outputs.some(({ style }) => needsOf(style).named));
  const kept = journal === 'throw' ? [] : [journal.bucket];
  const grants = [
    grant('read the properties of the buckets', ['oss:GetBucketInfo'], names([...sources, ...targets, ...kept])),
    grant('read the styles that rules name', ['oss:GetStyle'], names(styled.flatMap(({ when }) => when.buckets))),
  ];
  if (journal === 'throw') return grants;
  const due = duePrefix(journal);
  const failed = failedPrefix(journal);
  const sweeps = sweepsPrefix(journal);
  return [
    ...grants,
    grant('find what waits in the journal', ['oss:ListObjects'], names(kept), {
      StringLike: { 'oss:Prefix': [due, `${failed}*`, `${sweeps}*`] },
    }),
    grant('see how far a sweep is', ['oss:GetObject'], [objects(accountId, journal.bucket, sweeps)]),
    grant(
      'clean up in the journal',
      ['oss:GetObject', 'oss:DeleteObject'],
      [due, failed].map((prefix) => objects(accountId, journal.bucket, prefix)),
    ),
  ];
}

const functionActions = (
  'fc:GetFunction fc:CreateFunction fc:UpdateFunction fc:InvokeFunction fc:GetFunctionAsyncInvokeConfig ' +
  'fc:PutFunctionAsyncInvokeConfig fc:DeleteFunctionAsyncInvokeConfig fc:GetConcurrencyConfig ' +
  'fc:PutConcurrencyConfig fc:DeleteConcurrencyConfig fc:GetProvisionConfig fc:GetScalingConfig ' +
  'fc:ListVpcBindings fc:TagResources fc:UntagResources'
).split(' ');

const triggerActions = ['fc:ListTriggers', 'fc:GetTrigger', 'fc:CreateTrigger', 'fc:UpdateTrigger', 'fc:DeleteTrigger'];

function functionArn({ region, accountId, functionName }: Setting): string {
  return `acs:fc:${region}:${accountId}:functions/${functionName}`;
}
