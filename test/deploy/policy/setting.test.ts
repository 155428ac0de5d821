import { describe, expect, it } from 'vitest';
import { logProjects, settingIn, settingOf } from '../../../src/deploy/policy/setting.js';
import { unknownAccount } from '../../../src/deploy/project.js';
import { validateResource } from '../../../src/deploy/s-schema.js';
import { someProps } from '../../support/project.js';

describe('settingOf', () => {
  it('has the defaults of s.yaml, also for what is empty', () => {
    const setting = {
      region: 'cn-hangzhou',
      accountId: '*',
      functionName: 'oss-autostyle',
      functionRole: 'oss-autostyle',
      triggerRole: 'aliyunosseventnotificationrole',
      destinations: { onFailure: 'acs:mns:cn-hangzhou::/queues/oss-autostyle-failed/messages' },
      logStore: 'function',
    };
    expect(settingOf({})).toEqual(setting);
    expect(settingOf({ REGION: '', ACCOUNT_ID: '', FAILURE_QUEUE: '', LOG_PROJECT: '' })).toEqual(setting);
  });

  it('takes what is set; no queue by its name', () => {
    const held = {
      REGION: 'cn-beijing',
      ACCOUNT_ID: '1',
      LOG_PROJECT: 'logs',
      LOG_STORE: 'mine',
      FAILURE_QUEUE: 'none',
    };
    const setting = settingOf(held);
    expect(setting).toMatchObject({ region: 'cn-beijing', accountId: '1', logProject: 'logs', logStore: 'mine' });
    expect(setting.destinations).toEqual({});
    const onSuccess = 'acs:mns:cn-beijing::/topics/ready/messages';
    expect(settingOf({ ...held, SUCCESS_DESTINATION: onSuccess }).destinations).toEqual({ onSuccess });
    expect(settingOf({ ...held, SUCCESS_DESTINATION: 'none' }).destinations).toEqual({});
  });
});

describe('settingIn', () => {
  const own = settingOf({ ACCOUNT_ID: '1', FUNCTION_NAME: 'mine', TRIGGER_ROLE: 'starts', LOG_PROJECT: 'old' });
  const resource = (over: object = {}) => {
    const { props, mistakes } = validateResource({ ...someProps(), ...over });
    if (props === undefined) throw new Error(JSON.stringify(mistakes));
    return props;
  };

  it('is what s.yaml says, not what its variables would have said', () => {
    const destination = 'acs:fc:cn-hangzhou:1234567890123456:functions/other';
    const over = {
      functionName: 'shop-thumbs',
      asyncInvokeConfig: { ...someProps().asyncInvokeConfig, destinationConfig: { onSuccess: { destination } } },
    };
    expect(settingIn(resource(over), own)).toEqual({
      region: 'cn-hangzhou',
      accountId: '1234567890123456',
      functionName: 'shop-thumbs',
      functionRole: 'oss-autostyle',
      triggerRole: 'aliyunosseventnotificationrole',
      destinations: { onSuccess: destination },
      logProject: 'logs',
      logStore: 'function',
    });
  });

  it('has any account where none is set, and the variables’ trigger role where s.yaml has no trigger', () => {
    const [, , timer] = someProps().triggers;
    const unset = JSON.parse(
      JSON.stringify({ ...someProps(), triggers: [timer], logConfig: 'auto' }).replaceAll(
        '1234567890123456',
        unknownAccount,
      ),
    );
    expect(settingIn(resource(unset), own)).toEqual({
      ...settingOf({}),
      triggerRole: 'starts',
      destinations: { onFailure: 'acs:mns:cn-hangzhou::/queues/failed/messages' },
    });
  });
});

describe('logProjects', () => {
  it('is the one that is named, else those that a deployment makes', () => {
    expect(logProjects(settingOf({ LOG_PROJECT: 'logs' }))).toEqual(['logs']);
    expect(logProjects(settingOf({ ACCOUNT_ID: '12' }))).toEqual([
      'oss-autostyle-12-cn-hangzhou',
      'serverless-cn-hangzhou-*',
    ]);
  });
});
