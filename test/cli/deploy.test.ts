import { describe, expect, it } from 'vitest';
import { command } from '../../src/cli/deploy.js';
import { runHere } from '../support/run.js';

describe('deploy', () => {
  it.each([
    [['--yess'], /Unknown option '--yess'/],
    [['now'], /unexpected argument 'now'/],
    [['--yes=1'], /--yes/],
    [['--resume', '--stopped'], /--resume and --stopped: expected one of them/],
    [['--config', '/no/such/rules.json'], /rules\.json cannot be read: there is no such file/],
    [['--config', 'README.md'], /README\.md is not JSON/],
  ])('refuses %j before it reads anything', async (argv, error) => {
    expect(await runHere(command, argv)).toMatchObject({ code: 2, out: '', error: expect.stringMatching(error) });
  });

  it('says by --help what it does with credentials', async () => {
    const { code, out } = await runHere(command, ['--help']);
    expect(code).toBe(0);
    for (const flag of ['--tests', '--yes, -y', '--resume', '--stopped', '--config', '--dry-run'])
      expect(out).toContain(flag);
    expect(out).toContain('telemetry is off');
  });
});
