import { describe, expect, it } from 'vitest';
import { runHere } from '../support/run.js';
import { command, figuresNamed } from './bench.js';

describe('npm run bench', () => {
  it.each([
    [['--fast'], /Unknown option '--fast'/],
    [['cold'], /unexpected argument 'cold'/],
    [['--only', 'warm'], /--only warm: expected cold, cpu, /],
    [['--only', 'cold', '--only', 'x'], /--only x: expected /],
  ])('%j is refused with exit code 2, before anything is measured', async (argv, message) => {
    const { code, out, error } = await runHere(command, argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toMatch(message);
  });

  it('names its figures in the help', async () => {
    const { code, out } = await runHere(command, ['--help']);
    expect(code).toBe(0);
    for (const { name } of figuresNamed([], false)) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
  });
});

describe('figuresNamed', () => {
  const names = (only: string[], short: boolean) => figuresNamed(only, short).map(({ name }) => name);

  it('takes all, or with --short those with a budget', () => {
    expect(names([], false)).toContain('latency');
    expect(names([], true)).not.toContain('latency');
    expect(names([], true)).toContain('cold');
  });

  it('takes what is named, once, in the order of the report, and also with --short', () => {
    expect(names(['wire', 'cold', 'wire'], true)).toEqual(['cold', 'wire']);
  });
});
