// What to write in place of what load.ts refuses: for each issue what is wrong, and what was probably meant. For the
// commands: the function only needs to know that it cannot use a configuration.
import { StyleValueError } from '../style/call.js';
import { definitionOf, isOperationName } from '../style/catalogue.js';
import { nearest } from '../style/lint/nearest.js';
import { lintStyle } from '../style/lint.js';
import type { ConfigError } from './config-error.js';
import { exampleOf } from './example.js';
import { type Issue, joinPath, mismatch, Placeholder, show, showText } from './issue.js';
import { headerFix, isLabel, labelFix } from './label-advice.js';
import { parseTemplate, variableNames } from './template.js';

export interface Advice {
  readonly path: string;
  /** What is wrong; does not hold the fix. */
  readonly message: string;
  readonly fix: string;
}

/**
 * Advice on every issue, in their order.
 * @param input the configuration that was refused, as it was written
 */
export function adviceOn({ issues }: ConfigError, input: unknown): Advice[] {
  const templates = new Set<string>();
  return issues.flatMap((issue): Advice[] => {
    const { path, key } = issue;
    if (key !== undefined) return [onKey(issue, key)];
    const raw = outputAt(input, path);
    const onStyle = path.endsWith('.style') ? styleAdvice(path, raw?.style) : [];
    if (onStyle.length > 0) return onStyle;
    const isKey = path.endsWith('.to.key');
    const template = isKey ? raw?.to?.key : valueAt(raw, path);
    if (typeof template !== 'string') return [plain(issue)];
    const parsed = isKey ? parseTemplate(template) : parseTemplate(template, () => []);
    if (!('issues' in parsed)) return [plain(issue)];
    // Each mistake of a template is an issue, and is here found with the first of them.
    if (templates.has(path)) return [];
    templates.add(path);
    const example = isKey ? `a key such as '{dir}{name}.webp'` : 'one of these variables, or no brace';
    return templateAdvice(path, template, parsed.issues, example);
  });
}

function plain({ path, value, expected, message, clash }: Issue): Advice {
  const usual = mismatch(path, expected, new Placeholder(value)).message === message;
  const example = clash && exampleOf(clash);
  const shown = example === undefined ? '' : `. As it is, ${example}`;
  return { path, message: usual ? `got ${value}` : `${message}${shown}`, fix: `write ${expected}` };
}

/** Where each key of a configuration stands. */
const places: Readonly<Record<string, string>> = {
  journal: 'beside "rules"',
  rules: 'beside "journal"',
  name: 'in a rule',
  when: 'in a rule',
  onDelete: 'in a rule',
  outputs: 'in a rule',
  bucket: 'in "when", "to" and "journal"',
  prefix: 'in "when" and "journal"',
  suffix: 'in "when"',
  exclude: 'in "when"',
  size: 'in "when", as { min, max }',
  min: 'in "size"',
  max: 'in "size"',
  style: 'in an output',
  to: 'in an output',
  headers: 'in an output',
  tags: 'in an output',
  key: 'in "to"',
};

const deployed =
  /^(?:region|endpoint|account(?:id)?|role|timeout|memory(?:size)?|cpu|concurrency|triggers?|schedule)$/i;

const examples: Readonly<Record<string, string>> = {
  journal: `journal: { bucket: 'photos-journal', prefix: 'autostyle/' }, or journal: 'throw'`,
  rules: 'rules: [ … ]',
  name: `name: 'avatars'`,
  when: `when: { bucket: 'photos', prefix: 'avatars/' }`,
  outputs: `outputs: [{ style: 'image/resize,w_200', to: { bucket: 'photos-out', key: '{key}' } }]`,
  bucket: `bucket: 'photos'`,
  prefix: `prefix: 'autostyle/'`,
  style: `style: 'image/resize,w_200'`,
  to: `to: { bucket: 'photos-out', key: '{key}' }`,
  key: `key: '{dir}{name}.webp'`,
};

function onKey(issue: Issue, { name, known }: NonNullable<Issue['key']>): Advice {
  const { path, message, expected } = issue;
  const kind = kindAt(path);
  if (kind !== undefined) {
    const fix = kind === 'headers' ? headerFix(name) : `write ${expected}`;
    return { path, message: `no ${kind === 'headers' ? 'header' : 'tag'} can have the name ${showText(name)}`, fix };
  }
  if (known === undefined) return { path, message, fix: examples[name] ?? `write ${name}` };
  const here = `possible here: ${known.join(', ')}`;
  const unknown = { path, message: `unknown key ${showText(name)}` };
  if (isLabel(name) && /\.when\b/.test(path)) {
    const fix = `leave it out: an event does not tell it; suffix tells formats apart, by the ends of keys; ${here}`;
    return { ...unknown, fix };
  }
  if (Object.hasOwn(places, name)) return { ...unknown, fix: `it stands ${places[name]}; ${here}` };
  if (isLabel(name)) return { ...unknown, fix: `${labelFix(name)}; ${here}` };
  if (deployed.test(name)) return { ...unknown, fix: `s.yaml says that; ${here}` };
  const meant = nearest(name, known);
  return { ...unknown, fix: meant === undefined ? `leave it out; ${here}` : meant };
}

const mostInText = 50;

/** The same as text for a terminal. */
export function adviceText(error: ConfigError, input: unknown): string {
  const { issues, message } = error;
  if (issues.length === 0) return message;
  const advice = adviceOn(error, input);
  const lines = advice.slice(0, mostInText).map(({ path, message: what, fix }) => {
    return `\n  ${path === '' ? '' : `${path}: `}${what}\n    → ${fix}`;
  });
  const more = advice.length > mostInText ? `\n  … and ${advice.length - mostInText} more` : '';
  const count = advice.length === 1 ? 'one mistake' : `${advice.length} mistakes`;
  return `the configuration has ${count}:${lines.join('')}${more}`;
}

interface RawOutput {
  readonly style?: unknown;
  readonly to?: { readonly key?: unknown };
  readonly headers?: object;
  readonly tags?: object;
}

function outputAt(input: unknown, path: string): RawOutput | undefined {
  const [, rule, output] = /^rules\[(\d+)\]\.outputs\[(\d+)\]/.exec(path) ?? [];
  if (rule === undefined || output === undefined) return undefined;
  return (input as { rules?: { outputs?: RawOutput[] }[] }).rules?.[Number(rule)]?.outputs?.[Number(output)];
}

/** The value of the header or the tag at `path`. */
function valueAt(output: RawOutput | undefined, path: string): unknown {
  const kind = kindAt(path);
  if (kind === undefined) return undefined;
  return Object.entries(output?.[kind] ?? {}).find(([name]) => path.endsWith(`.${joinPath([kind, name])}`))?.[1];
}

function kindAt(path: string): 'headers' | 'tags' | undefined {
  return /^rules\[\d+\]\.outputs\[\d+\]\.(headers|tags)[.[]/.exec(path)?.[1] as 'headers' | 'tags' | undefined;
}

/** None where lint and builder do not know why the style is refused. */
function styleAdvice(path: string, style: unknown): Advice[] {
  if (typeof style !== 'string') return builderAdvice(path, style);
  return lintStyle(style)
    .filter(({ severity }) => severity === 'error')
    .map(({ start, end, message, fix = 'leave it out' }) => {
      const part = style.slice(start, end);
      return { path, message: part === '' || part === style ? message : `${showText(part)}: ${message}`, fix };
    });
}

function builderAdvice(path: string, style: unknown): Advice[] {
  try {
    String(style);
    return [];
  } catch (error) {
    if (!(error instanceof StyleValueError)) return [];
    const { operation, parameter, value, expected } = error;
    const advice = (message: string, fix = `write ${expected}`) => [
      { path, message: `${operation}(): ${message}`, fix },
    ];
    if (value === undefined) return advice(`missing: ${parameter}`);
    const parameters = isOperationName(operation) ? definitionOf(operation).parameters : undefined;
    const known = parameters?.[parameter];
    if (parameters !== undefined && known === undefined) {
      const meant = nearest(parameter, Object.keys(parameters));
      const fix = meant === undefined ? undefined : `${meant} (${parameters[meant]?.doc})`;
      return advice(`unknown parameter ${showText(parameter)}`, fix);
    }
    const values = known?.type === 'enum' ? known.values.map(String) : [];
    return advice(`${parameter} is ${show(value)}`, typeof value === 'string' ? nearest(value, values) : undefined);
  }
}

function templateAdvice(
  path: string,
  template: string,
  issues: readonly { at?: number | undefined; message: string }[],
  example: string,
) {
  const named = [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
  const unknown = named.filter((name) => !(variableNames as readonly string[]).includes(name));
  return issues.map(({ at, message }): Advice => {
    const name = unknown.find((one) => at !== undefined && template.startsWith(`{${one}}`, at));
    const meant = name === undefined ? undefined : nearest(name, variableNames);
    const place = at === undefined ? '' : `, at character ${at + 1}`;
    const fix = meant === undefined ? example : `{${meant}}`;
    return { path, message: `${showText(template)}${place}: ${message}`, fix };
  });
}
