import { describe, expect, it } from 'vitest';
import { type Command, execute } from '../../../src/cli/support/command.js';
import { withEnvironmentFile } from '../../../src/terminal/environment-file.js';
import { UserError } from '../../../src/terminal/user-error.js';

const options = {
  json: { help: 'as JSON' },
  port: { value: 'N', short: 'p', help: 'where' },
  tag: { value: 'TAG', multiple: true, help: 'repeatable' },
} as const;

function commandOf(run: Command<typeof options>['run']): Command<typeof options> {
  return {
    name: 'sample',
    summary: 'Does something.',
    operands: ['FILE', '[OTHER]'],
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

  it('takes a flag by its short name and one several times, and an operand in brackets', async () => {
    const run: Command<typeof options>['run'] = async ({ flags, operands }) => {
      expect(flags).toEqual({ port: '1', tag: ['x', 'y'] });
      expect(operands).toEqual(['a', 'b']);
      return 0;
    };
    expect(await runWith(run, 'a', 'b', '-p', '1', '--tag', 'x', '--tag', 'y')).toMatchObject({ code: 0, error: '' });
  });

  it('takes several operands where the last one may be repeated', async () => {
    const given: string[] = [];
    const run: Command<typeof options>['run'] = async ({ operands }) => given.push(...operands);
    const command = { ...commandOf(run), operands: ['[oss://BUCKET/PREFIX …]'] };
    const none = { out: () => undefined, error: () => undefined };
    expect(await execute(command, [], none)).toBe(0);
    expect(await execute(command, ['a', 'b', 'c'], none)).toBe(3);
    expect(given).toEqual(['a', 'b', 'c']);
  });

  it('takes a negative number for the value of a flag', async () => {
    const run: Command<typeof options>['run'] = async ({ flags, operands }) => {
      expect(flags).toEqual({ port: '-1', json: true });
      expect(operands).toEqual(['a']);
      return 0;
    };
    expect(await runWith(run, '--port', '-1', '--json', 'a')).toMatchObject({ code: 0, error: '' });
  });

  it('prints help for every flag and does nothing else', async () => {
    const { code, out } = await runWith(() => Promise.reject(new Error('ran')), '--help', '--nonsense');
    expect(code).toBe(0);
    expect(out).toMatch(/Does something\.\n\nnpm run sample -- FILE \[OTHER\] \[flags\]/);
    for (const flag of [...Object.keys(options), 'help']) expect(out).toContain(`--${flag}`);
    expect(out).toMatch(/\n\n {2}--json {8}as JSON\n {2}--port, -p N {2}where\n.*\n {2}--help {8}this text\n/);
    expect(out).toMatch(/\n\nFor JSON alone on stdout: npm run -s sample -- --json\n$/);
  });

  it.each([
    [['--nonsense'], /^sample: Unknown option '--nonsense'\n/],
    [['--port'], /argument missing/],
    [[], /expected FILE/],
    [['a', 'b', 'c'], /unexpected argument 'c'/],
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
      error: expect.stringMatching(/^sample: ENV_FILE: .* it is a directory\n$/),
    });
  });
});
