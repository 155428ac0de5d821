// A configuration as text: what one writes into src/config.ts, and JSON. Short parts stand on one line.
import { literal } from '../literal.js';

/** Columns of a line. */
const width = 110;

/** The text of a src/config.ts with this configuration, which was written as JSON. */
export function configModule(input: unknown): string {
  const body = print(input, '', 'defineConfig('.length, typescript);
  const names = /\benv\('/.test(body) ? 'defineConfig, env' : 'defineConfig';
  return `import { ${names} } from './rules/schema.js';\n\nexport default defineConfig(${body});\n`;
}

/** The same as JSON. */
export function configJson(input: unknown): string {
  return `${print(input, '', 0, json)}\n`;
}

interface Language {
  readonly key: (name: string) => string;
  /** Undefined: the value is an object or a list of the usual form. */
  readonly whole: (value: unknown) => string | undefined;
  readonly lastComma: ',' | '';
}

const json: Language = {
  key: (name) => JSON.stringify(name),
  whole: (value) => (typeof value === 'object' && value !== null ? undefined : JSON.stringify(value)),
  lastComma: '',
};

const typescript: Language = {
  key(name) {
    if (/^[A-Za-z_$][\w$]*$/.test(name) && name !== '__proto__') return name;
    return name === '__proto__' ? `['__proto__']` : literal(name);
  },
  whole(value) {
    if (typeof value === 'string') return literal(value);
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const { env, default: fallback, ...others } = value as { env?: unknown; default?: unknown };
    if (typeof env !== 'string' || Object.keys(others).length > 0) return undefined;
    if (fallback === undefined) return `env(${literal(env)})`;
    return typeof fallback === 'string' ? `env(${literal(env)}, ${literal(fallback)})` : undefined;
  },
  lastComma: ',',
};

/** @param before characters that stand before it on its line, and behind the indent */
function print(value: unknown, indent: string, before: number, language: Language): string {
  const short = onOneLine(value, language);
  if (indent.length + before + short.length <= width && indent.length > 0) return short;
  const whole = language.whole(value);
  if (whole !== undefined) return whole;
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((one) => print(one, inner, 0, language))
    : Object.entries(value as object).map(([name, one]) => {
        const key = `${language.key(name)}: `;
        return key + print(one, inner, key.length, language);
      });
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (parts.length === 0) return open + close;
  const lines = parts.map((part, at) => `${inner}${part}${at < parts.length - 1 ? ',' : language.lastComma}\n`);
  return `${open}\n${lines.join('')}${indent}${close}`;
}

function onOneLine(value: unknown, language: Language): string {
  const whole = language.whole(value);
  if (whole !== undefined) return whole;
  if (Array.isArray(value)) return `[${value.map((one) => onOneLine(one, language)).join(', ')}]`;
  const parts = Object.entries(value as object).map(([name, one]) => {
    return `${language.key(name)}: ${onOneLine(one, language)}`;
  });
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}
