// Where the deployed function is looked for, and as whom.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commandEnvironment } from '../../src/cli/account.js';
import { openFunction, refusalText } from '../../src/cli/function-account.js';
import { FunctionComputeError } from '../../src/remote/error.js';

const keys = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAIexample', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'example-secret' };
const local = 'http://127.0.0.1:9';

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
    const { name, region, accountId, credentials } = await openFunction(flags, env);
    expect([name, region, accountId, credentials.accessKeyId]).toEqual(expected);
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
      commandEnvironment(undefined, { REGION: 'cn-beijing' }, file),
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
      expect((await openFunction({ endpoint: local }, env)).credentials.accessKeyId).toBe('autostyle');
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
    await expect(openFunction(flags, env)).rejects.toMatchObject({
      name: 'UserError',
      exitCode: 2,
      message: expect.stringMatching(message),
    });
  });
});

it('says what to do about a refusal', () => {
  const text = (code: string) => refusalText(new FunctionComputeError('refused', { code })).split('\n');
  expect(text('ResourceExhausted')[1]).toMatch(/npm run resume/);
  expect(text('ECONNREFUSED')[1]).toMatch(/is the endpoint right/);
  expect(text('SomethingNew')).toEqual(['refused']);
  expect(text('constructor')).toEqual(['refused']);
});
