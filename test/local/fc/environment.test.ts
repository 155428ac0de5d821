import { describe, expect, it } from 'vitest';
import { checkEnvironment } from '../../../src/local/fc/environment.js';
import { startFc } from './fixture.js';

describe('checkEnvironment', () => {
  it('takes 4,096 bytes of names and values', () => {
    expect(Object.keys(checkEnvironment({ A: 'é'.repeat(2046), b_2: '' }))).toEqual(['A', 'b_2']);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['too much', { A: 'é'.repeat(2048) }, /4097 bytes in all; FC allows 4096/],
    ['a digit first', { '1A': '' }, /"1A"/],
    ['a name with =', { 'A=B': '' }, /"A=B"/],
    ['a name of FC', { FC_REGION: 'x' }, /FC_REGION/],
    ['a NUL', { A: '\u0000' }, /A: expected a string without NUL/],
  ])('refuses %s', (_, variables, message) => {
    expect(() => checkEnvironment(variables)).toThrow(message);
  });
});

describe('the environment of an instance', () => {
  const source = 'exports.handler = async () => ({ env: process.env, cwd: process.cwd(), argv: process.execArgv });';

  it("has FC's documented variables and the function's own, and nothing else", async () => {
    process.env['SECRET_OF_THE_DEVELOPER'] = 'x';
    const fc = startFc(
      source,
      { memorySize: 512, environmentVariables: { JOURNAL_BUCKET: 'journal', TZ: 'Asia/Shanghai' } },
      {
        accountId: '42',
        region: 'cn-shanghai',
        issueCredentials: () => ({ accessKeyId: 'STS.id', accessKeySecret: 'secret', securityToken: 'token' }),
      },
    );
    const report = await fc.invoke('fn', '');
    const { env, cwd, argv } = JSON.parse(report.result.toString());
    expect(env).toEqual({
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: '/tmp',
      TZ: 'Asia/Shanghai',
      JOURNAL_BUCKET: 'journal',
      FC_FUNC_CODE_PATH: `${cwd}/`,
      FC_ACCOUNT_ID: '42',
      FC_FUNCTION_HANDLER: 'index.handler',
      FC_FUNCTION_MEMORY_SIZE: '512',
      FC_FUNCTION_NAME: 'fn',
      FC_REGION: 'cn-shanghai',
      FC_CUSTOM_LISTEN_PORT: '9000',
      FC_INSTANCE_ID: report.instanceId,
      FC_VER_ID: 'LATEST',
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'STS.id',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret',
      ALIBABA_CLOUD_SECURITY_TOKEN: 'token',
    });
    expect(argv).toEqual(['--max-old-space-size=460']);
  });

  it('has no credentials without a function role, and UTC by default', async () => {
    const { env } = JSON.parse((await startFc(source).invoke('fn', '')).result.toString());
    expect(Object.keys(env).filter((name) => name.startsWith('ALIBABA'))).toEqual([]);
    expect(env.TZ).toBe('UTC');
  });
});
