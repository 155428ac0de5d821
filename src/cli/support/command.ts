// What every command shares: flags, --help, exit codes, and the user's mistakes printed without a stack. A command is a
// value; the last line of its file runs it.
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UserError } from '../../terminal/user-error.js';

/** A flag: how it is parsed, and its line in the help. */
export interface Option {
  /** What stands for its value in the help, e.g. `FILE.json`; without it the flag takes no value. */
  readonly value?: string;
  readonly help: string;
  readonly short?: string;
  /** Whether it can be given several times; only with a value. */
  readonly multiple?: true;
}

export type Options = Readonly<Record<string, Option>>;

export interface Command<O extends Options> {
  readonly name: string;
  readonly summary: string;
  /** In the order of the usage line. One in square brackets can be left out; `…` at the end of the last: several. */
  readonly operands?: readonly string[];
  readonly options: O;
  readonly notes?: string;
  run(input: Input<O>): Promise<number>;
}

export interface Input<O extends Options> {
  readonly flags: { readonly [Name in keyof O]?: ValueOf<O[Name]> };
  readonly operands: readonly string[];
  /** The command's own streams. */
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

type ValueOf<O extends Option> = O extends { multiple: true }
  ? string[]
  : O extends { value: string }
    ? string
    : boolean;

// Flags that several commands have.
export const configOption = { value: 'FILE.json', help: 'rules to use instead of src/config.ts' } as const;
export const fileOption = { value: 'FILE', help: 'another s.yaml' } as const;
export const jsonOption = { help: 'one JSON object' } as const;

/** Runs a command as the process, if `module` (its import.meta.url) is the file that was started. */
export async function runAsProcess<O extends Options>(command: Command<O>, module: string): Promise<void> {
  const started = process.argv[1];
  if (started === undefined || realpathSync(started) !== fileURLToPath(module)) return;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader of a pipe, such as `head`, may stop early.
    if (error.code === 'EPIPE') process.exit(0);
    process.stderr.write(`${command.name}: the output cannot be written: ${error.message}\n`);
    process.exit(1);
  });
  process.exitCode = await execute(command, process.argv.slice(2), {
    out: (text) => process.stdout.write(text),
    error: (text) => process.stderr.write(text),
  });
}

/** Returns the exit code: 0 all is well, 1 there is a problem, 2 the flags are wrong or a file cannot be read. */
export async function execute<O extends Options>(
  command: Command<O>,
  argv: readonly string[],
  streams: Pick<Input<O>, 'out' | 'error'>,
): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    streams.out(help(command));
    return 0;
  }
  try {
    return await command.run({ ...parse(command, argv), ...streams });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    streams.error(`${command.name}: ${error.message}\n`);
    return error.exitCode;
  }
}

function parse<O extends Options>(
  { name, operands = [], options }: Command<O>,
  argv: readonly string[],
): Pick<Input<O>, 'flags' | 'operands'> {
  try {
    const args = withNumbers(argv, options);
    const { values, positionals } = parseArgs({ args, options: parsing(options), allowPositionals: true });
    const required = operands.filter((operand) => !operand.startsWith('['));
    if (positionals.length < required.length) throw new Error(`expected ${required.join(' ')}`);
    const several = operands.at(-1)?.includes('…') === true;
    if (positionals.length > operands.length && !several)
      throw new Error(`unexpected argument '${positionals[operands.length]}'`);
    return { flags: values as Input<O>['flags'], operands: positionals };
  } catch (cause) {
    // Only the first sentence: parseArgs adds a long explanation of arguments that start with a dash.
    const [message] = (cause as Error).message.split(/\.\s|\n/);
    throw new UserError(`${message}\n  see: npm run ${name} -- --help`, 2, { cause });
  }
}

/** `--qps -1` as `--qps=-1`, since parseArgs takes a value that begins with a dash for another flag. */
function withNumbers(argv: readonly string[], options: Options): string[] {
  const takesValue = (arg = '') => arg.startsWith('--') && options[arg.slice(2)]?.value !== undefined;
  return argv.flatMap((arg, at) => {
    const next = argv[at + 1] ?? '';
    if (takesValue(arg) && /^-\d/.test(next)) return [`${arg}=${next}`];
    return /^-\d/.test(arg) && takesValue(argv[at - 1]) ? [] : [arg];
  });
}

function parsing(options: Options): NonNullable<ParseArgsConfig['options']> {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, { ...option, type: option.value ? 'string' : 'boolean' }]),
  );
}

function help<O extends Options>({ name, summary, operands = [], options, notes }: Command<O>): string {
  const lines = Object.entries<Option>({ ...options, help: { help: 'this text' } }).map(([flag, option]) => {
    const { short, value, help } = option;
    return { flag: [`--${flag}`, short && `, -${short}`, value && ` ${value}`].join(''), help };
  });
  const width = Math.max(...lines.map(({ flag }) => flag.length));
  const table = lines.map(({ flag, help }) => `  ${flag.padEnd(width)}  ${help}\n`).join('');
  const usage = ['npm run', name, '--', ...operands, '[flags]'].join(' ');
  const ends = [notes, options['json'] && jsonNote(name)].filter((text) => text !== undefined);
  return `${summary}\n\n${usage}\n\n${table}${ends.map((text) => `\n${text}\n`).join('')}`;
}

/** `npm run` prints two lines of its own to stdout. */
function jsonNote(name: string): string {
  return `For JSON alone on stdout: npm run -s ${name} -- --json`;
}
