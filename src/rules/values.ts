// The single values of a configuration: what counts as a bucket name, a prefix, a style … and how a text is taken from
// the environment. Each reader answers with the value, or with a Refusal that says what it expected.

import { Shown, show, showText } from './issue.js';
import { MAX_KEY_BYTES, parseTemplate, type Template } from './template.js';

/** Names the environment variable that a text is taken from when the configuration is loaded; JSON uses the same shape. */
export type EnvMarker = { readonly env: string; readonly default?: string };

/** A text of the configuration: itself, or taken from the environment. */
export type Text = string | EnvMarker;

/** The variables that markers are resolved from: `process.env` or a stand-in for it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The expectations that a value does not meet, and the value if another one than was read is to be shown. */
export class Refusal {
  readonly expected: readonly string[];
  readonly shown: Shown | undefined;
  constructor(expected: readonly string[], shown?: Shown) {
    this.expected = expected;
    this.shown = shown;
  }
}

/** Answers what was expected instead of this text, or nothing when the text will do. */
type Check = (text: string) => string | undefined;

const MAX_STYLE_LENGTH = 4096;
const MAX_JOURNAL_PREFIX_BYTES = 512;

export const isRuleName: Check = (text) =>
  /^[A-Za-z0-9_-]{1,64}$/.test(text) ? undefined : 'a name of 1 to 64 characters A-Z a-z 0-9 _ -';

// https://help.aliyun.com/en/oss/user-guide/bucket-naming-conventions
export const isBucket: Check = (text) => {
  if (text.endsWith('-ossalias')) return 'a bucket, not a bucket alias (…-ossalias): the events name the bucket itself';
  return /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(text)
    ? undefined
    : 'a bucket name: 3 to 63 characters a-z 0-9 -, no hyphen at either end';
};

/** A prefix of keys; empty is every key. */
export const isPrefix: Check = (text) => {
  if (text[0] === '/' || text[0] === '\\') return `a prefix that does not start with "${text[0]}": no OSS key does`;
  return isKeyPart(text);
};

export const isExclude: Check = (text) =>
  text === '' ? 'a prefix that is not empty: this one would exclude every key' : isPrefix(text);

export const isSuffix: Check = (text) =>
  text === '' ? 'a suffix that is not empty; leave the list out to match every key' : isKeyPart(text);

/** The journal's records lie below this prefix: empty, or a folder. */
export const isJournalPrefix: Check = (text) => {
  if (text === '') return undefined;
  if (!text.endsWith('/')) return 'a prefix that ends in "/" (or an empty one)';
  if (/(?:^|\/)\.{0,2}\//.test(text)) return 'a prefix without empty, "." or ".." segments';
  if (/[{}\\\p{Cc}]/u.test(text)) return 'a prefix without braces, backslashes or control characters';
  if (Buffer.byteLength(text) > MAX_JOURNAL_PREFIX_BYTES) return `at most ${MAX_JOURNAL_PREFIX_BYTES} bytes of UTF-8`;
  return isKeyPart(text);
};

/** The key of one object. */
export const isObjectKey: Check = (text) => {
  if (text === '' || text.endsWith('/')) return 'the key of an object';
  return /(?:^|\/)\.\.?(?:\/|$)/.test(text) ? 'a key without "." or ".." segments' : isPrefix(text);
};

const isKeyPart: Check = (text) => {
  if (/\p{Surrogate}/u.test(text)) return 'well-formed Unicode: it holds a lone surrogate, which UTF-8 cannot express';
  // Three bytes are the most that one UTF-16 unit becomes.
  if (text.length * 3 <= MAX_KEY_BYTES || Buffer.byteLength(text) <= MAX_KEY_BYTES) return undefined;
  return `at most ${MAX_KEY_BYTES} bytes of UTF-8, as OSS keys have`;
};

// The style travels in a form-encoded body, where any character outside this set is ambiguous; "|" and "sys/" would
// append an action of their own to the one that the function sends.
export const isStyle: Check = (text) => {
  if (text.includes('|') || /sys\//i.test(text)) {
    return 'a style without "|" or "sys/": where a result is saved is said by "to"';
  }
  if (text.length > MAX_STYLE_LENGTH) return `a style of at most ${MAX_STYLE_LENGTH} characters`;
  const stray = /[^A-Za-z0-9_.~,/=:*!-]/u.exec(text);
  if (stray) return `a style made of A-Z a-z 0-9 _ . ~ , / = : * ! - only, without ${showText(stray[0])}`;
  return /^(?:image\/.|style\/[A-Za-z0-9_.-]{1,63}$)/.test(text)
    ? undefined
    : 'a style: "image/…", or "style/NAME" with a name of 1 to 63 characters A-Z a-z 0-9 _ . -';
};

/** A reader of plain strings. */
export const readString =
  (check: Check) =>
  (value: unknown): string | Refusal => {
    const expected = typeof value === 'string' ? check(value) : 'a string';
    return expected === undefined && typeof value === 'string' ? value : new Refusal([expected ?? 'a string']);
  };

/** A key template; every mistake in it is an expectation of its own. */
export function readTemplate(value: unknown): Template | Refusal {
  if (typeof value !== 'string') return new Refusal(['a string: a key template']);
  const parsed = parseTemplate(value);
  if ('template' in parsed) return parsed.template;
  return new Refusal(
    parsed.issues.map(({ at, message }) =>
      at === undefined ? `a key template; ${message}` : `a key template; at character ${at + 1}: ${message}`,
    ),
  );
}

/** A size in bytes. */
export function readSize(value: unknown): number | Refusal {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : new Refusal(['a size in bytes: a whole number from 0']);
}

/** A reader of texts that may come from the environment. What a variable holds is never shown, only its name. */
export function readText(check: Check, environment: Environment): (value: unknown) => string | Refusal {
  const read = readString(check);
  return (value) => {
    if (typeof value !== 'object' || value === null) {
      return typeof value === 'string' ? read(value) : new Refusal(['a string or env(NAME)']);
    }
    const marker = readMarker(value);
    if (marker instanceof Refusal) return marker;
    const held = Object.hasOwn(environment, marker.env) ? environment[marker.env] : undefined;
    const text = held || marker.default;
    if (text === undefined) {
      return new Refusal(
        [`the environment variable ${marker.env} to be set (or a default)`],
        new Shown('an unset variable'),
      );
    }
    const expected = check(text);
    if (expected === undefined) return text;
    const shown = held ? `the value of ${marker.env}` : `the default of ${marker.env}, ${showText(text)}`;
    return new Refusal([expected], new Shown(shown));
  };
}

// A configuration may come from elsewhere (CONFIG_URI), and a prefix ends up in keys, requests and logs: what such a
// variable holds must not get there.
const SECRET_NAME = /SECRET|TOKEN|PASSW|ACCESS_?KEY|CREDENTIAL|PRIVATE/i;

function readMarker(value: object): EnvMarker | Refusal {
  const fields: { readonly env?: unknown; readonly default?: unknown } = value;
  if (Object.keys(value).some((key) => key !== 'env' && key !== 'default') || typeof fields.env !== 'string') {
    return new Refusal(['a string, or { "env": NAME, "default": TEXT } and no other keys']);
  }
  if (fields.default !== undefined && typeof fields.default !== 'string') {
    return new Refusal([`the default of ${showText(fields.env)} to be a string`], new Shown(show(fields.default)));
  }
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(fields.env)) {
    return new Refusal(['the name of an environment variable'], new Shown(showText(fields.env)));
  }
  if (SECRET_NAME.test(fields.env)) {
    return new Refusal(['an environment variable that holds no credential'], new Shown(fields.env));
  }
  return fields.default === undefined ? { env: fields.env } : { env: fields.env, default: fields.default };
}
