import { describe, expect, it } from 'vitest';
import { policiesOf } from '../../../src/deploy/policy/policies.js';
import { settingOf } from '../../../src/deploy/policy/setting.js';
import { loadConfig } from '../../../src/rules/load.js';

const listening = (prefixes: readonly string[], key = '{key}.webp') =>
  loadConfig(
    {
      journal: 'throw',
      rules: prefixes.map((prefix, index) => ({
        name: `r${index}`,
        when: { bucket: 'photos', prefix },
        outputs: [{ style: 'image/resize,w_1', to: { bucket: 'out', key } }],
      })),
    },
    {},
  );

const trusts = (service: string) => ({
  Version: '1',
  Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: [service] } }],
});

describe('policiesOf', () => {
  it('lets Function Compute take the one role, and OSS the other', () => {
    const { trust, trigger } = policiesOf(listening(['a/']), settingOf({}));
    expect(trust).toEqual({ role: 'oss-autostyle', document: trusts('fc.aliyuncs.com') });
    expect(trigger.trust).toEqual(trusts('oss.aliyuncs.com'));
  });

  it('offers a role for this function alone in place of the one that may call all', () => {
    const standard = policiesOf(listening(['a/']), settingOf({}));
    expect(standard.trigger.role).toBe('oss-autostyle-trigger');
    expect(standard.notes.trigger).toEqual([expect.stringContaining('TRIGGER_ROLE=oss-autostyle-trigger')]);
    const own = policiesOf(listening(['a/']), settingOf({ TRIGGER_ROLE: 'mine' }));
    expect([own.trigger.role, own.notes.trigger]).toEqual(['mine', []]);
  });

  it('numbers the policies when there are several, and says why; and says when they grant too much', () => {
    const some = policiesOf(
      listening(Array.from({ length: 120 }, (_, index) => `tenants/${index}/in/`)),
      settingOf({}),
    );
    expect(some.function.policies.map(({ name }) => name)).toEqual([
      'oss-autostyle-function-1',
      'oss-autostyle-function-2',
    ]);
    expect(some.notes.function).toEqual([expect.stringContaining('there are 2 of them')]);
    const long = Array.from({ length: 800 }, (_, index) => `t/${String(index).padStart(4, '0')}/${'x'.repeat(100)}/`);
    const many = policiesOf(listening(long), settingOf({}));
    expect(many.function.policies.length).toBeLessThanOrEqual(10);
    expect(many.notes.function).toEqual([expect.stringMatching(/they grant wider prefixes, at most \d+ a bucket/)]);
  });
});
