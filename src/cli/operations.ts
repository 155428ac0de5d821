// `npm run operations`: prints the reference of image styles from the catalogue, or writes it into a file.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { operationRows, reference, withBuilderLimits, withOperationTable } from '../style/reference.js';
import { reasonOf } from '../terminal/file.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, runAsProcess } from './support/command.js';

const limitsFile = fileURLToPath(new URL('../style/limits.ts', import.meta.url));

const noMarkers = 'not one <!-- operations --> followed by one <!-- /operations -->';

const options = {
  write: { value: 'FILE', help: 'replace the table between <!-- operations --> and <!-- /operations --> in FILE' },
  limits: { help: 'update src/style/limits.ts, which the builder checks values with, from the catalogue' },
  json: { help: 'the catalogue as JSON' },
} as const;

export const command: Command<typeof options> = {
  name: 'operations',
  summary: 'Prints every operation of an image style, with its parameters, from the catalogue in src/style.',
  options,
  async run({ flags, out }) {
    const written: string[] = [];
    if (flags.limits) written.push(rewrite(limitsFile, withBuilderLimits, 'no table of limits'));
    if (flags.write !== undefined) written.push(rewrite(flags.write, withOperationTable, noMarkers));
    const text = written.length > 0 ? written.join('\n') : reference();
    out(`${flags.json ? JSON.stringify(operationRows()) : text}\n`);
    return 0;
  },
};

/** Returns what was done, for people. */
function rewrite(file: string, change: (text: string) => string | undefined, problem: string): string {
  const text = read(file);
  const changed = change(text);
  if (changed === undefined) throw new UserError(`${file}: ${problem}`);
  if (changed === text) return `${file}: up to date`;
  writeFileSync(file, changed);
  return `${file}: written`;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UserError(`${file} cannot be read: ${reasonOf(cause)}`, 2, { cause });
  }
}

await runAsProcess(command, import.meta.url);
