import { describe, expect, it } from 'vitest';
import { type Command, execute } from '../../../src/cli/support/command.js';
import { withEnvironmentFile } from '../../../src/terminal/environment-file.js';
import { UserError } from '../../../src/terminal/user-error.js';

const options = { json: { type: 'boolean' }, port: { type: 'string' } } as const;

function commandOf(run: Command<typeof options>['run']): Command<typeof options> {
  return {
    name: 'sample',
    summary: 'Does something.',
    operands: 'FILE',
    minOperands: 1,
    flags: ['--json  as JSON', '--port N  where'],
    options,
    run,
  };
}

async function runWith(run: Command<typeof options>['run'], ...argv: string[]) {
  let out = '';
  let error = '';
  const code = await execute(commandOf(run), argv, { out: (text) => (out += text), error: (text) => (error += text) });
  return { code, out, error };
}

describe('execute', () => {
  it('gives flags and operands to the command, and its exit code back', async () => {
    const { code } = await runWith(
      async ({ flags, operands }) => {
        expect(flags).toEqual({ json: true, port: '0' });
        expect(operands).toEqual(['a.json']);
        return 1;
      },
      'a.json',
      '--json',
      '--port',
      '0',
    );
    expect(code).toBe(1);
  });

  it('prints help for every flag and does nothing else', async () => {
    const { code, out } = await runWith(() => Promise.reject(new Error('ran')), '--help', '--nonsense');
    expect(code).toBe(0);
    expect(out).toMatch(/Does something\.\n\nnpm run sample -- FILE \[flags\]/);
    for (const flag of [...Object.keys(options), 'help']) expect(out).toContain(`--${flag}`);
  });

  it.each([
    [['--nonsense'], /^sample: Unknown option '--nonsense'\n/],
    [['--port'], /argument missing/],
    [[], /expected FILE/],
    [['a', 'b'], /unexpected argument 'b'/],
  ])('tells a mistake in one line: %j', async (argv, message) => {
    const { code, error, out } = await runWith(() => Promise.resolve(0), ...argv);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(error).toMatch(message);
    expect(error.split('\n').length).toBeLessThanOrEqual(3);
  });

  it('tells the user’s mistake without a stack, and lets a bug through', async () => {
    const { code, error } = await runWith(() => Promise.reject(new UserError('no such file', 2)), 'a');
    expect({ code, error }).toEqual({ code: 2, error: 'sample: no such file\n' });
    await expect(runWith(() => Promise.reject(new TypeError('bug')), 'a')).rejects.toThrow('bug');
  });

  it('tells of an .env that cannot be used as of any file, whatever the command', async () => {
    const run = async () => Object.keys(withEnvironmentFile({ ENV_FILE: import.meta.dirname })).length;
    const { code, error } = await runWith(run, 'a');
    expect({ code, error }).toEqual({
      code: 2,
      error: expect.stringMatching(/^sample: ENV_FILE: .* it is a directory; .*\n$/),
    });
  });
});
