import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from '../../src/cli/doctor.js';
import { type LocalCloud, startLocalCloud } from '../../src/local/cloud.js';
import { runHere } from '../support/run.js';
import { shippedFunction } from '../support/shipped.js';

let cloud: LocalCloud;

beforeAll(async () => {
  const config = { journal: 'throw', rules: [] } as const;
  cloud = await startLocalCloud({
    codeDir: shippedFunction().codeDir,
    config,
    environmentVariables: {},
    instances: 1,
    runTimers: false,
  });
});

afterAll(async () => {
  await cloud.close();
});

describe('doctor', () => {
  it('gives lines or one object, and exit code 1 for a problem', async () => {
    const argv = ['--endpoint', cloud.url, '--function', 'nobody'];
    const fix = 'npm run deploy, or name another with --function and --region';
    expect(await runHere(command, argv)).toEqual({
      code: 1,
      out: `problem  function  there is no function nobody in cn-hangzhou\n${' '.repeat(19)}→ ${fix}\n1 problem, 0 warnings\n`,
      error: '',
    });
    expect(JSON.parse((await runHere(command, [...argv, '--json'])).out)).toEqual({
      function: 'nobody',
      region: 'cn-hangzhou',
      problems: 1,
      warnings: 0,
      unseen: 0,
      checks: [{ status: 'problem', about: 'function', message: 'there is no function nobody in cn-hangzhou', fix }],
    });
  });
});
