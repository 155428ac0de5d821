import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/check/finding.js';
import { checkLimits, checkRegions } from '../../../src/check/project/settings.js';
import { configOf, deployment, ossTrigger, timer } from '../deployment.js';

const config = configOf([{}]);
const good = deployment(config);
const async = good.asyncInvokeConfig;
const reported = (found: readonly Finding[]) =>
  found.map(({ severity, code, where }) => `${severity} ${code} ${where}`);

describe('limits', () => {
  it.each([
    ['what is right', {}, []],
    ['a short timeout', { timeout: 60 }, ['warning timeoutShort props.timeout']],
    [
      'few retries',
      { asyncInvokeConfig: { ...async, maxAsyncRetryAttempts: 3 } },
      ['warning retriesFew props.asyncInvokeConfig.maxAsyncRetryAttempts'],
    ],
    [
      'a short age',
      { asyncInvokeConfig: { ...async, maxAsyncEventAgeInSeconds: 3_600 } },
      ['warning eventAgeShort props.asyncInvokeConfig.maxAsyncEventAgeInSeconds'],
    ],
    [
      'no destination',
      { asyncInvokeConfig: { maxAsyncRetryAttempts: 8, maxAsyncEventAgeInSeconds: 86_400 } },
      ['warning failureDestinationMissing props.asyncInvokeConfig.destinationConfig'],
    ],
    [
      'no destination, on purpose',
      { asyncInvokeConfig: { ...async, destinationConfig: {} } },
      ['info failureDestinationMissing props.asyncInvokeConfig.destinationConfig'],
    ],
    ['no logs', { logConfig: undefined }, ['warning logsMissing props']],
    [
      'joined log lines',
      { logConfig: { project: 'project', logstore: 'store', logBeginRule: 'DefaultRegex' } },
      ['warning logsJoined props.logConfig.logBeginRule'],
    ],
  ])('finds %s', (_, over, expected) => {
    expect(reported(checkLimits(deployment(config, over)))).toEqual(expected);
  });
});

describe('regions', () => {
  const [trigger] = [ossTrigger('photos', 'in0/', ['oss:ObjectCreated:PutObject'])];
  it.each([
    ['what is right', {}, []],
    [
      'a function elsewhere',
      { region: 'cn-shanghai' },
      [
        'error regionMismatch props.triggers[0].sourceArn',
        'error regionMismatch props.asyncInvokeConfig.destinationConfig.onFailure.destination',
      ],
    ],
    [
      'a bucket of another account',
      { triggers: [{ ...trigger, sourceArn: 'acs:oss:cn-hangzhou:9999999999999999:photos' }, timer] },
      ['error accountMismatch props.triggers[0].sourceArn'],
    ],
    [
      'a role of another account',
      { triggers: [{ ...trigger, invocationRole: 'acs:ram::9999999999999999:role/x' }, timer] },
      ['error accountMismatch props.triggers[0].invocationRole'],
    ],
    [
      'a queue of another account',
      {
        asyncInvokeConfig: {
          ...async,
          destinationConfig: { onFailure: { destination: 'acs:mns:cn-hangzhou:9999999999999999:/queues/q/messages' } },
        },
      },
      ['error accountMismatch props.asyncInvokeConfig.destinationConfig.onFailure.destination'],
    ],
    [
      'nothing of a queue without an account',
      {
        asyncInvokeConfig: {
          ...async,
          destinationConfig: { onFailure: { destination: 'acs:mns:cn-hangzhou::/queues/q/messages' } },
        },
      },
      [],
    ],
  ])('finds %s', (_, over, expected) => {
    expect(reported(checkRegions(deployment(config, over)))).toEqual(expected);
  });
});
