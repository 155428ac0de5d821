// What every command shares: flags, --help, exit codes, and mistakes told in one line. A command is a value; running it
// is the last line of its file.
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { EnvironmentFileError } from '../../terminal/environment-file.js';
import { UserError } from '../../terminal/user-error.js';

type Options = NonNullable<ParseArgsConfig['options']>;

export interface Command<O extends Options> {
  readonly name: string;
  readonly summary: string;
  /** After the command's name in the usage line, e.g. `EVENT.json`. */
  readonly operands?: string;
  /** A line a flag: `'--json  results as JSON'`. */
  readonly flags: readonly string[];
  readonly notes?: string;
  readonly options: O;
  readonly minOperands?: number;
  readonly maxOperands?: number;
  run(input: Input<O>): Promise<number>;
}

export interface Input<O extends Options> {
  readonly flags: ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>['values'];
  readonly operands: readonly string[];
  /** The command's own streams. */
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

/**
 * Runs a command as the process, if `module` (its import.meta.url) is what was started: sets the exit code, prints help
 * and mistakes.
 */
export async function runAsProcess<O extends Options>(command: Command<O>, module: string): Promise<void> {
  const started = process.argv[1];
  if (started === undefined || realpathSync(started) !== fileURLToPath(module)) return;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever read the output has seen enough.
    if (error.code !== 'EPIPE')
      process.stderr.write(`${command.name}: the output cannot be written: ${error.message}\n`);
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  process.exitCode = await execute(command, process.argv.slice(2), {
    out: (text) => process.stdout.write(text),
    error: (text) => process.stderr.write(text),
  });
}

/** Runs a command and gives its exit code: 0 well, 1 it found a problem, 2 wrong flags or an unreadable file. */
export async function execute<O extends Options>(
  command: Command<O>,
  argv: readonly string[],
  { out, error }: { out: (text: string) => void; error: (text: string) => void },
): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    out(help(command));
    return 0;
  }
  let parsed: Pick<Input<O>, 'flags' | 'operands'>;
  try {
    parsed = parse(command, argv);
  } catch (mistake) {
    error(`${command.name}: ${firstSentence((mistake as Error).message)}\n  see: npm run ${command.name} -- --help\n`);
    return 2;
  }
  try {
    return await command.run({ ...parsed, out, error });
  } catch (mistake) {
    const isFile = mistake instanceof EnvironmentFileError;
    if (!(isFile || mistake instanceof UserError)) throw mistake;
    error(`${command.name}: ${mistake.message}\n`);
    return isFile ? 2 : mistake.exitCode;
  }
}

function parse<O extends Options>(command: Command<O>, argv: readonly string[]): Pick<Input<O>, 'flags' | 'operands'> {
  const { values, positionals } = parseArgs({ args: [...argv], options: command.options, allowPositionals: true });
  const { minOperands = 0, maxOperands = minOperands, operands = '' } = command;
  if (positionals.length < minOperands) throw new UserError(`expected ${operands}`, 2);
  if (positionals.length > maxOperands) {
    throw new UserError(`unexpected argument '${positionals[maxOperands]}'`, 2);
  }
  return { flags: values as Input<O>['flags'], operands: positionals };
}

/** parseArgs goes on about positional arguments that start with a dash. */
function firstSentence(message: string): string {
  return message.split(/\.\s|\n/)[0] ?? message;
}

function help<O extends Options>({ name, summary, operands, flags, notes }: Command<O>): string {
  const all = [...flags, '--help  this text'].map((line) => line.split(/ {2,}/) as [string, string]);
  const width = Math.max(...all.map(([flag]) => flag.length));
  const usage = `npm run ${name} --${operands === undefined ? '' : ` ${operands}`} [flags]`;
  const table = all.map(([flag, text]) => `  ${flag.padEnd(width)}  ${text}`).join('\n');
  return `${summary}\n\n${usage}\n\n${table}\n${notes === undefined ? '' : `\n${notes}\n`}`;
}
