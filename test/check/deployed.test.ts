import { describe, expect, it } from 'vitest';
import type { Found } from '../../src/check/finding.js';
import { checkLimits } from '../../src/check/limits.js';
import { checkRegions } from '../../src/check/regions.js';
import { checkVariables, unsetVariables } from '../../src/check/variables.js';
import { env } from '../../src/rules/schema.js';
import { configOf, deployment, ossTrigger, timer } from './deployment.js';

const config = configOf([{}]);
const good = deployment(config);
const async = good.asyncInvokeConfig;
const said = (found: readonly Found[]) => found.map(({ severity, code, where }) => `${severity} ${code} ${where}`);

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
    expect(said(checkLimits(deployment(config, over)))).toEqual(expected);
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
    expect(said(checkRegions(deployment(config, over)))).toEqual(expected);
  });
});

describe('variables', () => {
  const input = { a: env('SOURCE_BUCKET', 'photos'), b: [{ c: env('NEEDED') }] };
  const given = { SOURCE_BUCKET: 'photos', NEEDED: 'x' };
  const path = 'props.environmentVariables';

  it.each<[string, Record<string, string>, boolean, string[]]>([
    ['what is right', given, true, []],
    ['one that is not passed', { NEEDED: 'x' }, true, [`warning variableNotPassed ${path}`]],
    [
      'one without a default that is not passed',
      { SOURCE_BUCKET: 'photos' },
      true,
      [`error variableNotPassed ${path}`],
    ],
    ['a misspelt one', { ...given, CONCURENCY: '5' }, true, [`warning variableMisspelt ${path}.CONCURENCY`]],
    ['nothing of one that is for others', { ...given, TZ: 'Asia/Shanghai' }, true, []],
    ['nothing at the limit', { ...given, X: 'x'.repeat(4_096 - 'SOURCE_BUCKETphotosNEEDEDxX'.length) }, true, []],
    [
      'one byte more',
      { ...given, X: 'x'.repeat(4_097 - 'SOURCE_BUCKETphotosNEEDEDxX'.length) },
      true,
      [`error environmentTooLarge ${path}`],
    ],
    [
      'rules elsewhere',
      { ...given, CONFIG_URI: 'oss://rules/r.json' },
      true,
      [`warning configElsewhere ${path}.CONFIG_URI`],
    ],
    ['nothing of them when they are what is checked', { ...given, CONFIG_URI: 'oss://rules/r.json' }, false, []],
    [
      'a place that is none',
      { ...given, CONFIG_URI: 'https://rules/r.json?Signature=abc' },
      true,
      [`error configUriInvalid ${path}.CONFIG_URI`],
    ],
    [
      'another endpoint',
      { ...given, OSS_ENDPOINT: 'oss-cn-hangzhou.aliyuncs.com' },
      true,
      [`warning endpointReplaced ${path}.OSS_ENDPOINT`],
    ],
    [
      'nothing of the internal endpoint',
      { ...given, OSS_ENDPOINT: 'https://oss-cn-hangzhou-internal.aliyuncs.com' },
      true,
      [],
    ],
  ])('finds %s', (_, environmentVariables, bundled, expected) => {
    const found = checkVariables(input, deployment(config, { environmentVariables }), bundled);
    expect(said(found)).toEqual(expected);
    expect(JSON.stringify(found)).not.toContain('Signature');
  });

  it('are errors, each, when it is deployed without them', () => {
    expect(said(unsetVariables(['A', 'B']))).toEqual(['error variableUnset env("A")', 'error variableUnset env("B")']);
  });
});
