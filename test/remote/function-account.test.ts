// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of s.yaml
// Where the deployed function is looked for, and as whom.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commandEnvironment } from '../../src/remote/account.js';
import { openFunction } from '../../src/remote/function-account.js';
import { shippedYaml } from '../support/shipped.js';

const keys = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAIexample', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'example-secret' };
const local = 'http://127.0.0.1:9';
const notes: string[] = [];
const note = (text: string) => notes.push(text);

function projectOf(text: string): [folder: string, file: string] {
  const folder = mkdtempSync(join(tmpdir(), 'autostyle-name-'));
  const file = join(folder, 's.yaml');
  writeFileSync(file, text);
  return [folder, file];
}

describe('openFunction', () => {
  it.each([
    [
      'npm start, with nothing set',
      { endpoint: local },
      {},
      ['oss-autostyle', 'cn-hangzhou', '1234567890123456', 'autostyle'],
    ],
    [
      'npm start by OSS_ENDPOINT',
      {},
      { OSS_ENDPOINT: local },
      ['oss-autostyle', 'cn-hangzhou', '1234567890123456', 'autostyle'],
    ],
    [
      'the environment',
      {},
      { ...keys, ACCOUNT_ID: '42', REGION: 'eu-west-1', FUNCTION_NAME: 'f' },
      ['f', 'eu-west-1', '42', 'LTAIexample'],
    ],
    [
      'flags first',
      { function: 'g', region: 'us-east-1' },
      { ...keys, ACCOUNT_ID: '42', REGION: 'eu-west-1', FUNCTION_NAME: 'f' },
      ['g', 'us-east-1', '42', 'LTAIexample'],
    ],
  ])('takes %s', async (_, flags, env, expected) => {
    const { name, region, accountId, credentials } = await openFunction(flags, { env, note, file: shippedYaml });
    expect([name, region, accountId, credentials.accessKeyId]).toEqual(expected);
  });

  it.each([
    ['a literal name, whatever FUNCTION_NAME is', 'shop-thumbs', { FUNCTION_NAME: 'f' }, 'shop-thumbs', ''],
    ['a default', "${env('FUNCTION_NAME', 'shop-thumbs')}", {}, 'shop-thumbs', ''],
    ['a variable over its default', '${env("NAME", "shop-thumbs")}', { NAME: 'n', FUNCTION_NAME: 'f' }, 'n', ''],
    ['an empty variable as unset', "${env('FUNCTION_NAME', 'shop-thumbs')}", { FUNCTION_NAME: '' }, 'shop-thumbs', ''],
    ['what only s can tell', '${vars.name}', { FUNCTION_NAME: 'f' }, 'f', 'says ${vars.name}'],
    ['a variable that is not set', "${env('NAME')}", {}, 'oss-autostyle', 'from NAME, which is not set'],
    ['a variable that every object has', "${env('toString')}", {}, 'oss-autostyle', 'from toString'],
  ])('takes of s.yaml %s', async (_, functionName, env, name, said) => {
    const [folder, file] = projectOf(JSON.stringify({ resources: { r: { props: { functionName } } } }));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    notes.length = 0;
    const opened = await openFunction({}, { env: { ...keys, ACCOUNT_ID: '42', ...env }, note, file });
    expect(opened.name).toBe(name);
    expect(notes).toEqual(said === '' ? [] : [expect.stringContaining(said)]);
    // The function of `npm start` is none of s.yaml's, and a flag is the last word.
    expect((await openFunction({ endpoint: local }, { env: {}, note, file })).name).toBe('oss-autostyle');
    expect((await openFunction({ function: 'g' }, { env: { ...keys, ACCOUNT_ID: '42' }, note, file })).name).toBe('g');
    expect(notes).toHaveLength(said === '' ? 0 : 1);
  });

  it.each([
    ['no YAML', 'resources: [', /cannot be read/],
    [
      'an alias bomb',
      `a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [${'*a,'.repeat(50)}]\nresources: [${'*b,'.repeat(50)}]`,
      /read/,
    ],
    ['nothing', '', /no functionName/],
    ['two', 'resources: {a: {props: {functionName: x}}, b: {props: {functionName: y}}}', /has 2 of them/],
  ])('says that s.yaml with %s tells no name', async (_, text, said) => {
    const [folder, file] = projectOf(text);
    onTestFinished(() => rmSync(folder, { recursive: true }));
    notes.length = 0;
    expect((await openFunction({}, { env: { ...keys, ACCOUNT_ID: '42' }, note, file })).name).toBe('oss-autostyle');
    expect(notes).toEqual([expect.stringMatching(said)]);
  });

  it('takes what .env says, under what is set', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'autostyle-env-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, '.env');
    writeFileSync(
      file,
      `ACCOUNT_ID=42\nREGION=eu-west-1\n${Object.entries(keys)
        .map((pair) => pair.join('='))
        .join('\n')}\n`,
    );
    const { accountId, region, credentials } = await openFunction(
      {},
      { env: commandEnvironment(undefined, { REGION: 'cn-beijing' }, file), note },
    );
    expect({ accountId, region, credentials }).toEqual({
      accountId: '42',
      region: 'cn-beijing',
      credentials: { accessKeyId: 'LTAIexample', accessKeySecret: 'example-secret' },
    });
    // Which describes the deployment, not `npm start`.
    for (const env of [
      commandEnvironment(local, {}, file),
      commandEnvironment(undefined, { OSS_ENDPOINT: local }, file),
    ]) {
      expect((await openFunction({ endpoint: local }, { env, note })).credentials.accessKeyId).toBe('autostyle');
    }
  });

  it.each([
    ['no account', {}, keys, /no account: set ACCOUNT_ID/],
    ['no credentials', {}, { ACCOUNT_ID: '42' }, /no credentials: set ALIBABA_CLOUD_ACCESS_KEY_ID/],
    ['another endpoint of OSS', {}, { ...keys, OSS_ENDPOINT: 'https://oss.example.com' }, /no account/],
    ['an account that is a name', {}, { ...keys, ACCOUNT_ID: 'me' }, /ACCOUNT_ID me: expected digits/],
    [
      'a temporary key without its token',
      {},
      { ...keys, ACCOUNT_ID: '42', ALIBABA_CLOUD_ACCESS_KEY_ID: 'STS.x' },
      /set ALIBABA_CLOUD_SECURITY_TOKEN/,
    ],
    ['a path', { endpoint: 'ftp://x' }, { ...keys, ACCOUNT_ID: '42' }, /--endpoint: expected an address/],
  ])('refuses %s', async (_, flags, env, message) => {
    await expect(openFunction(flags, { env, note })).rejects.toMatchObject({
      name: 'UserError',
      exitCode: 2,
      message: expect.stringMatching(message),
    });
  });
});
