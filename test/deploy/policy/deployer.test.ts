import { describe, expect, it } from 'vitest';
import { deployerGrants, triggerGrants } from '../../../src/deploy/policy/deployer.js';
import { intoDocuments } from '../../../src/deploy/policy/document.js';
import { settingOf } from '../../../src/deploy/policy/setting.js';
import { loadConfig } from '../../../src/rules/load.js';
import { isAllowed, type RamRequest } from '../../support/ram.js';
import { account, onBucket, onObject } from '../../support/wire-oss.js';

const setting = settingOf({ ACCOUNT_ID: account, REGION: 'cn-beijing', TRIGGER_ROLE: 'My-Trigger' });
const fn = (rest: string) => `acs:fc:cn-beijing:${account}:functions/${rest}`;
const role = (name: string) => `acs:ram:*:${account}:role/${name}`;
const config = loadConfig(
  {
    journal: { bucket: 'journal', prefix: 'a/' },
    rules: [
      {
        name: 'r',
        when: { bucket: 'photos' },
        outputs: [{ style: 'style/s', to: { bucket: 'out', key: '{key}' } }],
      },
    ],
  },
  {},
);
const toFc = { 'acs:Service': 'fc.aliyuncs.com' };
const toOss = { 'acs:Service': 'oss.aliyuncs.com' };

const queue = (name: string): string => `acs:mns:cn-beijing:${account}:/queues/${name}`;

describe('triggerGrants', () => {
  const { documents } = intoDocuments(triggerGrants(setting));
  const invoke = (resource: string) => isAllowed(documents, { action: 'fc:InvokeFunction', resource });

  it('calls this function, in any version, and does nothing else', () => {
    expect([invoke(fn('oss-autostyle')), invoke(fn('oss-autostyle/LATEST'))]).toEqual([true, true]);
    expect([invoke(fn('other')), invoke(fn('oss-autostyle-2'))]).toEqual([false, false]);
    expect(isAllowed(documents, { action: 'fc:UpdateFunction', resource: fn('oss-autostyle') })).toBe(false);
  });
});

describe('deployerGrants', () => {
  const documentsFor = (over: Partial<typeof setting> = {}) =>
    intoDocuments(deployerGrants(config, { ...setting, ...over })).documents;

  it.each<[string, RamRequest]>([
    ['makes the function', { action: 'fc:CreateFunction', resource: fn('oss-autostyle') }],
    ['sets its concurrency limit', { action: 'fc:PutConcurrencyConfig', resource: fn('oss-autostyle') }],
    ['sets its retries', { action: 'fc:PutFunctionAsyncInvokeConfig', resource: fn('oss-autostyle/LATEST') }],
    ['uploads its code', { action: 'fc:GetTempBucketToken', resource: `acs:fc:cn-beijing:${account}:x` }],
    ['makes its triggers', { action: 'fc:CreateTrigger', resource: fn('oss-autostyle/triggers/oss_photos') }],
    ['sees its triggers', { action: 'fc:ListTriggers', resource: fn('oss-autostyle/triggers/*') }],
    ['lets the bucket notify it', { action: 'oss:PutBucketEventNotification', resource: onBucket('photos') }],
    ['looks at a bucket', { action: 'oss:GetBucketInfo', resource: onBucket('out') }],
    ['looks at a style', { action: 'oss:GetStyle', resource: onBucket('photos') }],
    [
      'sees what failed',
      { action: 'oss:ListObjects', resource: onBucket('journal'), context: { 'oss:Prefix': 'a/failed/setup/' } },
    ],
    [
      'sees how far a shard is',
      { action: 'oss:ListObjects', resource: onBucket('journal'), context: { 'oss:Prefix': 'a/sweeps/x/units/0000/' } },
    ],
    ['reads a sweep', { action: 'oss:GetObject', resource: onObject('journal', 'a/sweeps/x/sweep.json') }],
    ['deletes a probe', { action: 'oss:DeleteObject', resource: onObject('journal', 'a/failed/permanent/r/x.json') }],
    ['gives the function its role', { action: 'ram:PassRole', resource: role('oss-autostyle'), context: toFc }],
    ['gives the triggers theirs', { action: 'ram:PassRole', resource: role('my-trigger'), context: toFc }],
    ['or by way of OSS', { action: 'ram:PassRole', resource: role('my-trigger'), context: toOss }],
    ['sees a role', { action: 'ram:GetRole', resource: role('oss-autostyle') }],
    [
      'makes the log store',
      {
        action: 'log:CreateLogStore',
        resource: `acs:log:cn-beijing:${account}:project/serverless-cn-beijing-1/logstore/l`,
      },
    ],
  ])('%s', (_, request) => {
    expect(isAllowed(documentsFor(), request)).toBe(true);
  });

  it.each<[string, RamRequest]>([
    ['touches another function', { action: 'fc:UpdateFunction', resource: fn('other') }],
    ['deletes the function', { action: 'fc:DeleteFunction', resource: fn('oss-autostyle') }],
    ['touches another bucket', { action: 'oss:PutBucketEventNotification', resource: onBucket('other') }],
    ['lists objects', { action: 'oss:ListObjects', resource: onBucket('photos'), context: { 'oss:Prefix': '' } }],
    ['looks at styles where none is named', { action: 'oss:GetStyle', resource: onBucket('out') }],
    ['writes into a sweep', { action: 'oss:PutObject', resource: onObject('journal', 'a/sweeps/x/cancel.json') }],
    ['reads objects', { action: 'oss:GetObject', resource: onObject('photos', 'a') }],
    ['passes another role', { action: 'ram:PassRole', resource: role('admin'), context: toFc }],
    [
      'passes the role elsewhere',
      { action: 'ram:PassRole', resource: role('oss-autostyle'), context: { 'acs:Service': 'ecs.aliyuncs.com' } },
    ],
    ['gives OSS the function’s role', { action: 'ram:PassRole', resource: role('oss-autostyle'), context: toOss }],
    ['sees IMM where no rule needs it', { action: 'imm:GetOSSBucketAttachment', resource: '*' }],
    ['sees a queue that is no destination', { action: 'mns:GetQueueAttributes', resource: queue('other') }],
    ['makes roles', { action: 'ram:CreateRole', resource: role('x') }],
  ])('never %s', (_, request) => {
    expect(isAllowed(documentsFor(), request)).toBe(false);
  });

  it('sees the queue and the topic that are destinations', () => {
    const arn = (path: string) => `acs:mns:cn-beijing::/${path}/messages`;
    const documents = documentsFor({
      destinations: { onFailure: arn('queues/failed'), onSuccess: arn('topics/done') },
    });
    expect(isAllowed(documents, { action: 'mns:GetQueueAttributes', resource: queue('failed') })).toBe(true);
    const topic = `acs:mns:cn-beijing:${account}:/topics/done`;
    expect(isAllowed(documents, { action: 'mns:GetTopicAttributes', resource: topic })).toBe(true);
    expect(isAllowed(documents, { action: 'mns:GetQueueAttributes', resource: queue('done') })).toBe(false);
  });

  it('makes no log project where there is one, and publishes a configuration where there is one', () => {
    const actions = (over: Partial<typeof setting>) =>
      documentsFor(over).flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));
    expect(actions({ logProject: 'mine' }).filter((action) => action.startsWith('log:'))).toEqual([]);
    const publish = { action: 'oss:PutObject', resource: onObject('settings', 'rules.json') };
    expect(isAllowed(documentsFor(), publish)).toBe(false);
    expect(isAllowed(documentsFor({ configObject: { bucket: 'settings', key: 'rules.json' } }), publish)).toBe(true);
  });
});
