// What the trigger's role and whoever deploys may do.
// https://github.com/aliyun-fc/fc-docs, 安全合规/权限策略及示例; https://github.com/devsapp/fc3, docs/zh/yaml/triggers.md
import { duePrefix } from '../../journal/record.js';
import type { Config } from '../../rules/rule.js';
import type { TriggerPlan } from '../triggers/plan.js';
import { bucketName, type Grant, grant, objects } from './document.js';
import { logProjects, type Setting } from './setting.js';
import { needsOf } from './style-needs.js';

/** The trigger's role: OSS takes it to call the function, in any version. */
export function triggerGrants(setting: Setting): Grant[] {
  const name = functionArn(setting);
  return [grant('call the function', ['fc:InvokeFunction'], [name, `${name}/*`])];
}

/** Whoever deploys, looks after, invokes, stops and resumes the function, and publishes its configuration. */
export function deployerGrants(config: Config, { triggers }: TriggerPlan, setting: Setting): Grant[] {
  const { region, accountId, configObject } = setting;
  const name = functionArn(setting);
  return [
    grant('make and change the function', functionActions, [name, `${name}/*`]),
    // Its name is not in the list of actions: https://github.com/devsapp names it in the documents of its components.
    grant('upload the code', ['fc:GetTempBucketToken'], ['*']),
    grant('make, change and remove its triggers', triggerActions, [`${name}/triggers/*`]),
    grant(
      'let the source buckets notify it',
      [
        'oss:ListBucket',
        'oss:GetBucketEventNotification',
        'oss:PutBucketEventNotification',
        'oss:DeleteBucketEventNotification',
      ],
      triggers.map(({ bucket }) => bucketName(accountId, bucket)),
    ),
    grant(
      'give the function and its triggers their roles',
      ['ram:PassRole'],
      [setting.functionRole, setting.triggerRole].map((role) => `acs:ram:*:${accountId}:role/${role.toLowerCase()}`),
      { StringEquals: { 'acs:Service': ['fc.aliyuncs.com'] } },
    ),
    grant(
      'make the log project and store',
      [
        'log:GetProject',
        'log:CreateProject',
        'log:GetLogStore',
        'log:CreateLogStore',
        'log:GetIndex',
        'log:CreateIndex',
      ],
      logProjects(setting).flatMap((project) => {
        const name = `acs:log:${region}:${accountId}:project/${project}`;
        return setting.logProject === undefined ? [name, `${name}/logstore/*`] : [];
      }),
    ),
    ...doctorGrants(config, accountId),
    grant(
      'publish the configuration, and keep the former beside it',
      ['oss:GetObject', 'oss:PutObject'],
      configObject === undefined ? [] : [objects(accountId, configObject.bucket, configObject.key)],
    ),
  ].filter(({ statement }) => statement.Resource.length > 0);
}

/** What `npm run doctor` looks at; its probes leave records in the journal, which it deletes again. */
function doctorGrants({ rules, journal }: Config, accountId: string): Grant[] {
  const sources = rules.flatMap(({ when }) => when.buckets);
  const targets = rules.flatMap(({ outputs }) => outputs.flatMap(({ bucket }) => bucket ?? []));
  const places = journal === 'throw' ? [] : [duePrefix(journal), `${journal.prefix}failed/`];
  const kinds = journal === 'throw' ? [] : [duePrefix(journal), ...failedKinds.map((kind) => `${places[1]}${kind}/`)];
  const kept = journal === 'throw' ? [] : [journal.bucket];
  const named = rules.filter(({ outputs }) => outputs.some(({ style }) => needsOf(style).named));
  const name = (bucket: string) => bucketName(accountId, bucket);
  return [
    grant('look at the buckets', ['oss:GetBucketInfo'], [...sources, ...targets, ...kept].map(name)),
    grant(
      'look at the styles that rules name',
      ['oss:GetStyle'],
      named.flatMap(({ when }) => when.buckets.map(name)),
    ),
    grant('see what waits in the journal', ['oss:ListObjects'], kept.map(name), {
      StringEquals: { 'oss:Prefix': kinds },
    }),
    grant(
      'clean up in the journal',
      ['oss:GetObject', 'oss:DeleteObject'],
      kept.flatMap((bucket) => places.map((place) => objects(accountId, bucket, place))),
    ),
  ];
}

const failedKinds = ['setup', 'permanent'];

const functionActions = [
  'fc:GetFunction',
  'fc:CreateFunction',
  'fc:UpdateFunction',
  'fc:InvokeFunction',
  'fc:GetFunctionAsyncInvokeConfig',
  'fc:PutFunctionAsyncInvokeConfig',
  'fc:DeleteFunctionAsyncInvokeConfig',
  'fc:GetConcurrencyConfig',
  'fc:PutConcurrencyConfig',
  'fc:DeleteConcurrencyConfig',
  'fc:GetProvisionConfig',
  'fc:GetScalingConfig',
  'fc:ListVpcBindings',
  'fc:TagResources',
  'fc:UntagResources',
];

const triggerActions = ['fc:ListTriggers', 'fc:GetTrigger', 'fc:CreateTrigger', 'fc:UpdateTrigger', 'fc:DeleteTrigger'];

function functionArn({ region, accountId, functionName }: Setting): string {
  return `acs:fc:${region}:${accountId}:functions/${functionName}`;
}
