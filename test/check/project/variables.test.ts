import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/check/finding.js';
import { checkVariables, unsetVariables } from '../../../src/check/project/variables.js';
import { env } from '../../../src/rules/schema.js';
import { configOf, deployment } from '../deployment.js';

const config = configOf([{}]);
const reported = (found: readonly Finding[]) =>
  found.map(({ severity, code, where }) => `${severity} ${code} ${where}`);

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
      [`info configElsewhere ${path}.CONFIG_URI`],
    ],
    [
      'rules in a file that takes the place of src/config.ts',
      { ...given, CONFIG_URI: 'file:///code/rules.json' },
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
      'an endpoint with a bucket in it',
      { ...given, OSS_ENDPOINT: 'https://photos.oss-cn-hangzhou-internal.aliyuncs.com' },
      true,
      [`error endpointInvalid ${path}.OSS_ENDPOINT`],
    ],
    [
      'an endpoint of another region than the function signs for',
      { ...given, OSS_ENDPOINT: 'oss-cn-shanghai-internal.aliyuncs.com' },
      true,
      [`error endpointRegion ${path}.OSS_ENDPOINT`],
    ],
    [
      'nothing of the internal endpoint',
      { ...given, OSS_ENDPOINT: 'https://oss-cn-hangzhou-internal.aliyuncs.com' },
      true,
      [],
    ],
  ])('finds %s', (_, environmentVariables, bundled, expected) => {
    const found = checkVariables([input], deployment(config, { environmentVariables }), bundled);
    expect(reported(found)).toEqual(expected);
    expect(JSON.stringify(found)).not.toContain('Signature');
  });

  it('are errors, each, when it is deployed without them', () => {
    expect(reported(unsetVariables(['A', 'B']))).toEqual([
      'error variableUnset env("A")',
      'error variableUnset env("B")',
    ]);
  });
});
