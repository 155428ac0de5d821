import { describe, expect, it } from 'vitest';
import { logProjects, settingOf } from '../../../src/deploy/policy/setting.js';

describe('settingOf', () => {
  it('has the defaults of s.yaml, also for what is empty', () => {
    const setting = {
      region: 'cn-hangzhou',
      accountId: '*',
      functionName: 'oss-autostyle',
      functionRole: 'oss-autostyle',
      triggerRole: 'aliyunosseventnotificationrole',
      failureQueue: 'oss-autostyle-failed',
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
    expect(setting.failureQueue).toBeUndefined();
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
