// What is written from the catalogue: the table of operations in README.md, and the builder's limits.
import { catalogue, definitionOf, type ImageOperationName } from './catalogue.js';
import type { Definition } from './operation.js';
import type { Parameter, Parameters } from './parameter.js';
import { sourceLimitTable } from './source-limits.js';

export interface OperationRow {
  readonly operation: ImageOperationName;
  readonly does: string;
  readonly parameters: readonly { readonly name: string; readonly takes: string; readonly does: string }[];
  /** In which case it keeps the frames of an animation; empty: in none. */
  readonly animated: string;
  readonly imitated: Definition<Parameters>['imitated'];
  /** Arguments that are not imitated, though the operation is: `g_face`. */
  readonly notImitated: readonly string[];
  readonly source: string;
}

const startMark = '<!-- operations -->';
const endMark = '<!-- /operations -->';

/** The catalogue, a row an operation. */
export function operationRows(): OperationRow[] {
  return definitions().map(([operation, definition]) => {
    const { doc, kind, parameters, animated, imitated, notImitated, source, asyncOnly } = definition;
    const prefix = notImitated?.parameter === 'value' ? '' : `${notImitated?.parameter}_`;
    return {
      operation,
      does: `${doc}${asyncOnly ? ' (asynchronous only)' : kind === 'imm' ? ' (needs an IMM project)' : ''}`,
      parameters: Object.entries(parameters).map(([name, parameter]) => ({
        name: parameter.positional ? '' : name,
        takes: parameterText(parameter),
        does: parameter.doc,
      })),
      animated: animated?.when ?? '',
      imitated,
      notImitated: notImitated?.values.map((value) => `${prefix}${value}`) ?? [],
      source,
    };
  });
}

/** The catalogue as a Markdown table, and the limits of the sources as another. */
export function reference(): string {
  return `${operationTable()}\n\n${sourceLimitTable()}`;
}

/** The catalogue as a Markdown table. */
export function operationTable(): string {
  const head = ['operation', 'parameters: range (default)', 'what it does', 'keeps animation', 'imitated locally'];
  const rows = operationRows().map(({ operation, parameters, does, animated, imitated, notImitated, source }) => [
    `[\`${operation}\`](${source})`,
    parameters.map(({ name, takes: what }) => (name === '' ? what : `\`${name}\` ${what}`)).join('; '),
    does,
    animated,
    [imitated, ...notImitated.map((argument) => `not \`${argument}\``)].join(', '),
  ]);
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(escapeCell).join(' | ')} |`).join('\n');
}

/**
 * A text with both tables between the markers; undefined when the text has no such markers, one of each and in this
 * order.
 * A text is up to date when this gives the text itself.
 */
export function withOperationTable(text: string): string | undefined {
  const start = text.indexOf(startMark);
  const end = text.indexOf(endMark);
  if (start < 0 || end < start || text.lastIndexOf(startMark) !== start || text.lastIndexOf(endMark) !== end)
    return undefined;
  return `${text.slice(0, start + startMark.length)}\n${reference()}\n${text.slice(end)}`;
}

/** The builder's limits (see limits.ts), by operation; only of those that give an image. */
export function builderLimits(): Record<string, string> {
  const images = definitions().filter(([, { answers = 'image' }]) => answers === 'image');
  return Object.fromEntries(
    images.map(([operation, { parameters, oneOf }]) => {
      const mark = (name: string, { required }: Parameter) =>
        required ? `${name}!` : oneOf?.names.includes(name) ? `${name}?` : name;
      const specs = Object.entries(parameters).map(
        ([name, parameter]) => `${mark(name, parameter)}=${limit(parameter)}`,
      );
      return [operation, specs.join(' ')];
    }),
  );
}

/** The text of limits.ts with the limits of the catalogue; undefined when it holds no such table. */
export function withBuilderLimits(text: string): string | undefined {
  const start = text.indexOf('export const limits');
  if (start < 0) return undefined;
  const lines = Object.entries(builderLimits()).map(([operation, specs]) => {
    const key = /^\w+$/.test(operation) ? operation : `'${operation}'`;
    const line = `  ${key}: '${specs}',`;
    return line.length > 120 ? `  ${key}:\n    '${specs}',` : line;
  });
  return `${text.slice(0, start)}export const limits = {\n${lines.join('\n')}\n} as const;\n`;
}

function limit(parameter: Parameter): string {
  switch (parameter.type) {
    case 'int':
      return `${parameter.min}..${parameter.max}`;
    case 'enum':
      return parameter.values.join('|');
    case 'hex6':
      return '6x';
    case 'base64url':
      return `${parameter.max}${parameter.unit === 'bytes' ? 'b' : 'c'}`;
  }
}

/** What a parameter takes, in words for people: `1–16384`, `0, 1 (1)`. */
function parameterText(parameter: Parameter): string {
  const standard = parameter.default === undefined ? '' : ` (${parameter.default})`;
  const need = parameter.required && !parameter.positional ? ', required' : '';
  const where = parameter.preprocessOnly ? ', in a watermark image only' : '';
  return `${range(parameter)}${standard}${need}${where}`;
}

function range(parameter: Parameter): string {
  switch (parameter.type) {
    case 'int':
      return parameter.min < 0 ? `${parameter.min} to ${parameter.max}` : `${parameter.min}–${parameter.max}`;
    case 'enum':
      return parameter.values.join(', ');
    case 'hex6':
      return 'RRGGBB';
    case 'base64url':
      return parameter.known === undefined
        ? `base64url, ≤ ${parameter.max} ${parameter.unit}`
        : `base64url of ${parameter.known.join(', ')}`;
  }
}

function definitions(): [ImageOperationName, Definition<Parameters>][] {
  return (Object.keys(catalogue) as ImageOperationName[]).map((name) => [name, definitionOf(name)]);
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
