// `npm run operations`: the reference of the image language, printed from the catalogue or written into the README.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { builderLimits, operationRows, operationTable, withOperationTable } from '../style/reference.js';
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
  async run({ flags }) {
    const written: string[] = [];
    if (flags.limits) written.push(await rewrite(limitsFile, withLimits, 'no table of limits'));
    if (flags.write !== undefined) written.push(await rewrite(flags.write, withOperationTable, noMarkers));
    if (flags.json) written.splice(0, written.length, JSON.stringify(operationRows()));
    process.stdout.write(`${written.length > 0 ? written.join('\n') : operationTable()}\n`);
    return 0;
  },
};

async function rewrite(file: string, change: (text: string) => string | undefined, otherwise: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`, 2, { cause: error });
  }
  const changed = change(text);
  if (changed === undefined) throw new UserError(`${file}: ${otherwise}`);
  if (changed !== text) await writeFile(file, changed);
  return `${file}: ${changed === text ? 'up to date' : 'written'}`;
}

function withLimits(text: string): string | undefined {
  const start = text.indexOf('export const limits');
  if (start < 0) return undefined;
  const lines = Object.entries(builderLimits()).map(([operation, specs]) => {
    const key = /^\w+$/.test(operation) ? operation : `'${operation}'`;
    const line = `  ${key}: '${specs}',`;
    return line.length > 120 ? `  ${key}:\n    '${specs}',` : line;
  });
  return `${text.slice(0, start)}export const limits = {\n${lines.join('\n')}\n} as const;\n`;
}

await runAsProcess(command, import.meta.url);
