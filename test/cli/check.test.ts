import { afterEach, describe, expect, it, vi } from 'vitest';
import { command } from '../../src/cli/check.js';
import { runCommand, runHere } from '../support/run.js';
import { shippedRulesFile, shippedYaml } from '../support/shipped.js';

const deployVariables = {
  ACCOUNT_ID: '1234567890123456',
  REGION: 'cn-hangzhou',
  SOURCE_BUCKET: 'uploads',
  TARGET_BUCKET: 'uploads-out',
  JOURNAL_BUCKET: 'uploads-journal',
};

afterEach(() => {
  vi.unstubAllEnvs();
});

/** As s.yaml runs it before a deployment with other rules. */
async function withCheckConfig(file: string) {
  vi.stubEnv('CHECK_CONFIG', file);
  const ran = await runHere(command, []);
  vi.stubEnv('CHECK_CONFIG', '');
  return ran;
}

describe('check', () => {
  it('finds nothing in the shipped project, as the real s resolves it, and tries no upload once more', async () => {
    // As s.yaml runs it after `npm run deploy` has tried the rules.
    expect(await runCommand('check', ['--deploy', '--smoke'], { ...deployVariables, CHECK_SMOKED: '1' })).toEqual({
      code: 0,
      out:
        'no finding: looked at 2 rules, 4 outputs, 3 triggers\n' +
        'a sweep in the cloud: 4 workers of 230 s a tick at most, 20 of 25 calls at a time\n',
      error: '',
    });
  });

  it('takes the environment from s.yaml, prints all as JSON, and exits 1', async () => {
    const env = { ...deployVariables, TARGET_BUCKET: 'uploads', RESERVED_CONCURRENCY: '400' };
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const { code, out, error } = await runHere(command, [
      '--json',
      '--config',
      shippedRulesFile,
      '--file',
      shippedYaml,
    ]);
    expect({ code, error }).toEqual({ code: 1, error: '' });
    const { findings } = JSON.parse(out) as {
      findings: { severity: string; code: string; where: string; file: string }[];
    };
    expect(findings.map(({ severity, code, file, where }) => `${severity} ${code} ${file} ${where}`)).toEqual([
      `error configuration ${shippedRulesFile} rules[0].outputs[0].to.key`,
      `error configuration ${shippedRulesFile} rules[1].outputs[0].to.key`,
      `error configuration ${shippedRulesFile} rules[1].outputs[1].to.key`,
      `warning brakeLoose ${shippedYaml} props.concurrencyConfig.reservedConcurrency`,
    ]);
  });

  it('reports wrong flags and missing files in one line', async () => {
    const runs = [
      await runHere(command, ['--qps', 'many']),
      await runHere(command, ['--seconds', '0']),
      await runHere(command, ['--config', 'nowhere.json']),
      await withCheckConfig('elsewhere.json'),
      await runHere(command, ['--file', 'nowhere.yaml']),
      await runHere(command, ['extra']),
    ];
    expect(runs.map(({ code, error }) => `${code} ${error.split('\n')[0]}`)).toEqual([
      "2 check: --qps takes a number above 0, got 'many'",
      "2 check: --seconds takes a number above 0, got '0'",
      '2 check: nowhere.json cannot be read: there is no such file',
      '2 check: elsewhere.json cannot be read: there is no such file',
      '2 check: nowhere.yaml cannot be read: there is no such file',
      "2 check: unexpected argument 'extra'",
    ]);
  });
});
