import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { deployVariables, resolvable } from '../../src/deploy/deploy-variables.js';
import { shippedYaml } from '../support/shipped.js';

const root = new URL('../../', import.meta.url);

describe('deployVariables', () => {
  it('finds every env() of the values, and whether one of them has no default', () => {
    const yaml = [
      `a: \${env('ONE')}`,
      `b: '\${env("TWO", 2)} and \${env( ''THREE'' )}'`,
      `c: ["\${env('ONE', 'x') === 'x' ? 1 : env('FOUR', '')}"]`,
      `# \${env('COMMENTED')}`,
      `d: \${ env(FIVE) }`,
      'e: env(nothing) of env("TEXT")',
    ].join('\n');
    expect(deployVariables(yaml)).toEqual([
      { name: 'ONE', required: true },
      { name: 'TWO', required: false },
      { name: 'THREE', required: true },
      { name: 'FOUR', required: false },
      { name: 'FIVE', required: true },
    ]);
  });

  it('finds in the shipped s.yaml what .env.example explains, and nothing else', () => {
    const [text = ''] = readFileSync(new URL('.env.example', root), 'utf8').split('# --- for `s deploy` by hand');
    const must = Object.keys(parseEnv(text)).filter((name) => !name.startsWith('ALIBABA_CLOUD_'));
    const may = Object.keys(parseEnv(text.replace(/^#([A-Z_]+=)/gm, '$1'))).filter(
      (name) => !must.includes(name) && !name.startsWith('ALIBABA_CLOUD_'),
    );
    const variables = deployVariables(readFileSync(shippedYaml, 'utf8'));
    const named = (required: boolean): string[] =>
      variables.filter((variable) => variable.required === required).map(({ name }) => name);
    expect(named(true).sort()).toEqual(must.sort());
    // Not for users: another version of the component.
    expect(named(false).sort()).toEqual(['FC_COMPONENT', ...may].sort());
  });
});

describe('resolvable', () => {
  const variables = [
    { name: 'ACCOUNT_ID', required: true },
    { name: 'REGION', required: false },
    { name: 'NOTE', required: false },
  ];
  const standIn = (name: string): string => `<${name}>`;

  it('takes a stand-in for what is missing, and leaves no variable to a .env that others read', () => {
    expect(resolvable(variables, { NOTE: 'x', HOME: '/h' }, standIn)).toEqual({
      env: { HOME: '/h', ACCOUNT_ID: '<ACCOUNT_ID>', REGION: '', NOTE: 'x' },
      unset: ['ACCOUNT_ID'],
      mistakes: [],
    });
  });

  it.each([
    ['NOTE', `\${config('AccessKeySecret')}`, /\$ or <%/],
    ['NOTE', '$HOME', /\$ or <%/],
    ['NOTE', '<%= process.exit() %>', /\$ or <%/],
    ['NOTE', 'two\nlines', /control character/],
    ['NOTE', 'x'.repeat(2_000), /2000 characters/],
    ['ACCOUNT_ID', 'shop', /^expected the account's number, 16 digits, got "shop"$/],
  ])('keeps %s=%j from Serverless Devs', (name, value, message) => {
    const { env, unset, mistakes } = resolvable(variables, { ACCOUNT_ID: '1234567890123456', [name]: value }, standIn);
    expect(mistakes).toEqual([{ path: name, message: expect.stringMatching(message) }]);
    expect(env[name]).toBe(name === 'ACCOUNT_ID' ? '<ACCOUNT_ID>' : '');
    expect(unset).toEqual([]);
  });

  it.each([
    ['none', true],
    ['oss-autostyle-failed', true],
    ['none-of-them', true],
    ['No1', true],
    ['NONE', false],
    ['None', false],
    ['no queue', false],
    ['acs:mns:cn-hangzhou:1:/queues/q/messages', false],
    ['q'.repeat(121), false],
  ])('takes FAILURE_QUEUE=%s: %j', (value, expected) => {
    const { env, mistakes } = resolvable(
      [{ name: 'FAILURE_QUEUE', required: false }],
      { FAILURE_QUEUE: value },
      standIn,
    );
    expect({ taken: env['FAILURE_QUEUE'] === value, mistakes: mistakes.length }).toEqual({
      taken: expected,
      mistakes: expected ? 0 : 1,
    });
  });

  it.each(['x', `it's "quoted"`, '{name}', 'a: b # c', '007', '<b>', 'á 中'])('lets %j through', (value) => {
    const given = { ACCOUNT_ID: '1234567890123456', NOTE: value };
    const { env, mistakes } = resolvable(variables, given, standIn);
    expect({ value: env['NOTE'], mistakes }).toEqual({ value, mistakes: [] });
  });
});
