import { describe, expect, it } from 'vitest';
import { lookForNeeds, needsText } from '../../../src/deploy/deployment/needs.js';
import { settingFrom } from '../../../src/deploy/policy/setting.js';
import { validateResource } from '../../../src/deploy/s-schema.js';
import { OssError } from '../../../src/oss/error.js';
import { loadConfig } from '../../../src/rules/load.js';
import { memoryFunctionCompute } from '../../support/memory-function-compute.js';
import { type MemorySurroundings, memorySurroundings, trust } from '../../support/memory-surroundings.js';
import { deployEnv, someProps } from '../../support/project.js';
import { shippedConfig } from '../../support/shipped.js';

const rules = loadConfig(shippedConfig, deployEnv);
const denied = new OssError({ message: 'AccessDenied: no', code: 'AccessDenied', kind: 'setup', status: 403 });

interface Case extends MemorySurroundings {
  readonly props?: object;
  readonly elsewhere?: true;
}

async function looking({ props, elsewhere, ...surroundings }: Case = {}) {
  const { props: resource } = validateResource({ ...someProps(), ...props });
  if (resource === undefined) throw new Error('no resource');
  const { around, asked } = memorySurroundings(surroundings);
  const { fc } = memoryFunctionCompute({ name: 'there' });
  const setting = settingFrom({}, resource, deployEnv);
  const { missing, unseen } = await lookForNeeds({
    resource,
    setting,
    config: elsewhere ? undefined : rules,
    around,
    fc,
  });
  return { text: needsText(missing), missing, unseen, asked };
}

function to(onSuccess: string) {
  const { asyncInvokeConfig } = someProps();
  return { asyncInvokeConfig: { ...asyncInvokeConfig, destinationConfig: { onSuccess: { destination: onSuccess } } } };
}

describe('lookForNeeds', () => {
  it('asks for each thing once, and finds all', async () => {
    const { missing, unseen, asked } = await looking();
    expect(missing).toEqual([]);
    expect(asked.sort()).toEqual([
      'bucket shop-derivatives',
      'bucket shop-journal',
      'bucket shop-photos',
      'queue failed',
      'role AliyunOSSEventNotificationRole',
      'role oss-autostyle',
    ]);
    expect(unseen).toEqual(['the log project logs with its store function, which must exist']);
  });

  const role = 'arn is made of the account and the name';
  it.each<[string, Case, string, string[]]>([
    [
      'a bucket',
      { buckets: { 'shop-journal': undefined } },
      'there is no bucket shop-journal (journal)',
      ['ossutil mb oss://shop-journal --region cn-hangzhou'],
    ],
    [
      'a queue',
      { answers: { 'queue failed': { missing: true } } },
      'there is no queue failed in cn-hangzhou',
      ['aliyun mns-open CreateQueue --QueueName failed --region cn-hangzhou'],
    ],
    [
      'a topic in another region',
      { answers: { 'topic done': { missing: true } }, props: to('acs:mns:cn-beijing::/topics/done/messages') },
      'there is no topic done in cn-beijing',
      ['aliyun mns-open CreateTopic --TopicName done --region cn-beijing'],
    ],
    [
      'the standard role of triggers',
      { answers: { 'role AliyunOSSEventNotificationRole': { missing: true } } },
      'there is no role AliyunOSSEventNotificationRole (of the triggers)',
      [
        `aliyun ram CreateRole --RoleName AliyunOSSEventNotificationRole --AssumeRolePolicyDocument '{"Version":"1","Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["oss.aliyuncs.com"]}}]}'`,
        'aliyun ram AttachPolicyToRole --PolicyType System --PolicyName AliyunOSSEventNotificationRolePolicy --RoleName AliyunOSSEventNotificationRole',
      ],
    ],
    [
      'the trust of a role, and keeps what is trusted already',
      {
        answers: { 'role oss-autostyle': { found: { Role: { AssumeRolePolicyDocument: trust('ecs.aliyuncs.com') } } } },
      },
      'role oss-autostyle (of the function) may not be taken by fc.aliyuncs.com',
      [
        `aliyun ram UpdateRole --RoleName oss-autostyle --NewAssumeRolePolicyDocument '{"Version":"1","Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["ecs.aliyuncs.com"]}},{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["fc.aliyuncs.com"]}}]}'`,
      ],
    ],
  ])('gives the commands that make %s', async (_, setting, what, commands) => {
    expect((await looking(setting)).missing, role).toEqual([{ what, commands }]);
  });

  it('gives all commands for the role of the function, its policies among them', async () => {
    const { text } = await looking({ answers: { 'role oss-autostyle': { missing: true } } });
    expect(text).toMatch(
      /^there is no role oss-autostyle \(of the function\)\n {6}aliyun ram CreateRole .*fc\.aliyuncs\.com.*\n {6}aliyun ram CreatePolicy .*oss:PostProcessTask.*\n {6}aliyun ram AttachPolicyToRole .* --RoleName oss-autostyle\n {6}npm run policy -- --reconcile .*$/,
    );
  });

  it('says what has no command: a bucket of another region, a function that is a destination', async () => {
    const props = to('acs:fc:cn-hangzhou::functions/gone');
    const { missing } = await looking({ buckets: { 'shop-photos': 'cn-beijing' }, props });
    expect(missing).toEqual([
      {
        what: 'bucket shop-photos (source) is in cn-beijing: all buckets and the function must be in one region',
        commands: [],
      },
      { what: 'there is no function gone, the destination acs:fc:cn-hangzhou::functions/gone', commands: [] },
    ]);
    expect((await looking({ props: to('acs:fc:cn-hangzhou::functions/there') })).missing).toEqual([]);
  });

  it('says what it could not see, and goes on', async () => {
    const refused = { unseen: 'GetRole: HTTP 403 NoPermission: no' };
    const { missing, unseen } = await looking({
      answers: {
        'role oss-autostyle': refused,
        'queue failed': { unseen: 'no answer' },
        'role AliyunOSSEventNotificationRole': { found: { Role: {} } },
      },
      buckets: { 'shop-photos': denied },
      props: { logConfig: 'auto' },
    });
    expect(missing).toEqual([]);
    expect(unseen).toEqual([
      'bucket shop-photos (source): AccessDenied: no',
      'role oss-autostyle (of the function): GetRole: HTTP 403 NoPermission: no',
      'who may take role AliyunOSSEventNotificationRole (of the triggers)',
      'queue failed: no answer',
    ]);
    const bus = 'acs:eventbridge:cn-hangzhou::eventbus/mine';
    expect((await looking({ props: { logConfig: 'auto', ...to(bus) } })).unseen).toEqual([`the destination ${bus}`]);
  });

  it('looks at the buckets of the triggers where the rules are kept elsewhere', async () => {
    const { asked, unseen } = await looking({ elsewhere: true });
    expect(asked.filter((what) => what.startsWith('bucket'))).toEqual(['bucket shop-photos']);
    expect(unseen.at(-1)).toContain('--config FILE.json');
  });
});
