// The single values of a configuration: what may be a bucket name, a prefix, a style and so on, and how a text is taken
// from the environment. A function here returns the value, or a ValueProblem that reading.ts turns into an issue.

import { isStyleName } from '../style/style-name.js';
import { show, showText } from './issue.js';
import {
  bucketName,
  hasDotSegment,
  isTooLongForKey,
  maxKeyBytes,
  maxRuleStyleLength,
  startsWithSlash,
  strayInStyle,
} from './oss-limits.js';
import { parseTemplate, type Template, type TemplateIssue } from './template.js';

/** The variables that markers are resolved from: `process.env` or a stand-in for it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What was expected instead of this text; undefined when the text is right. */
export type TextCheck = (text: string) => string | undefined;

/** What was expected of a value, and what to show in its place where it must not be shown itself. */
export class ValueProblem {
  constructor(
    readonly expected: readonly string[],
    readonly shown?: string,
  ) {}
}

const maxJournalPrefixBytes = 512;

const ruleName = /^[A-Za-z0-9_-]{1,64}$/;

export const ruleNameProblem: TextCheck = (text) =>
  ruleName.test(text) ? undefined : 'a name of 1 to 64 characters A-Z a-z 0-9 _ -';

// Access points and object FC access points have such aliases:
// https://help.aliyun.com/en/oss/user-guide/use-object-fc-access-point
const aliasEnds = ['-ossalias', '-opapalias'];

export const bucketProblem: TextCheck = (text) => {
  const alias = aliasEnds.find((end) => text.endsWith(end));
  if (alias !== undefined) return `a bucket, not a bucket alias (…${alias}): the events name the bucket itself`;
  return bucketName.test(text) ? undefined : 'a bucket name: 3 to 63 characters a-z 0-9 -, no hyphen at either end';
};

/** A prefix of keys; empty is every key. */
export const prefixProblem: TextCheck = (text) => {
  if (startsWithSlash(text)) return `a prefix that does not start with "${text[0]}": no OSS key does`;
  return keyPartProblem(text);
};

export const excludeProblem: TextCheck = (text) =>
  text === '' ? 'a prefix that is not empty: this one would exclude every key' : prefixProblem(text);

export const suffixProblem: TextCheck = (text) =>
  text === '' ? 'a suffix that is not empty; leave the list out to match every key' : keyPartProblem(text);

/** The journal's records lie below this prefix: empty, or a folder. */
export const journalPrefixProblem: TextCheck = (text) => {
  if (text === '') return undefined;
  if (!text.endsWith('/')) return 'a prefix that ends in "/" (or an empty one)';
  if (/(?:^|\/)\.{0,2}\//.test(text)) return 'a prefix without empty, "." or ".." segments';
  if (/[{}\\\p{Cc}]/u.test(text)) return 'a prefix without braces, backslashes or control characters';
  if (Buffer.byteLength(text) > maxJournalPrefixBytes) return `at most ${maxJournalPrefixBytes} bytes of UTF-8`;
  return keyPartProblem(text);
};

/** The key of one object. */
export const objectKeyProblem: TextCheck = (text) => {
  if (text === '' || text.endsWith('/')) return 'the key of an object';
  return hasDotSegment(text) ? 'a key without "." or ".." segments' : prefixProblem(text);
};

const keyPartProblem: TextCheck = (text) => {
  if (!text.isWellFormed()) return 'well-formed Unicode: it holds a lone surrogate, which UTF-8 cannot express';
  return isTooLongForKey(text) ? `at most ${maxKeyBytes} bytes of UTF-8, as OSS keys have` : undefined;
};

// "|" and "sys/" would add an action of their own to the one that the function sends.
export const styleProblem: TextCheck = (text) => {
  if (text.includes('|') || /sys\//i.test(text)) {
    return 'a style without "|" or "sys/": where a result is saved is said by "to"';
  }
  if (text.length > maxRuleStyleLength) return `a style of at most ${maxRuleStyleLength} characters`;
  const stray = strayInStyle.exec(text);
  if (stray) return `a style made of A-Z a-z 0-9 _ . ~ , / = : * ! + - only, without ${showText(stray[0])}`;
  return /^image\/./.test(text) || (text.startsWith('style/') && isStyleName(text.slice('style/'.length)))
    ? undefined
    : 'a style: "image/…", or "style/NAME" with a name of 1 to 63 characters A-Z a-z 0-9 _ . -';
};

/** Renders an object that has a `toString` of its own, as the style builder has. */
export function readStyleObject(value: unknown): string | ValueProblem {
  const noText = 'a string, or an object that renders one';
  if (typeof value !== 'object' || value === null) return new ValueProblem([noText]);
  const render: unknown = Reflect.get(value, 'toString');
  // What comes from JSON has Object's toString, or one that is no function.
  if (typeof render !== 'function' || render === Object.prototype.toString || Array.isArray(value)) {
    return new ValueProblem([noText]);
  }
  let text: unknown;
  try {
    text = Reflect.apply(render, value, []);
  } catch (error) {
    const why = error instanceof Error ? `: ${showText(String(error.message))}` : '';
    return new ValueProblem(['a style whose toString() succeeds'], `an object whose toString() throws${why}`);
  }
  if (typeof text !== 'string') return new ValueProblem([noText], 'an object whose toString() gives no string');
  const problem = styleProblem(text);
  return problem === undefined ? text : new ValueProblem([problem], showText(text));
}

/** Reads key templates. Rules repeat them, so equal texts give the same Template. */
export function templateReader(): (value: unknown) => Template | ValueProblem {
  const known = new Map<unknown, Template>();
  return (value) => {
    const shared = known.get(value);
    if (shared !== undefined) return shared;
    const template = readTemplate(value, 'a key template');
    if (!(template instanceof ValueProblem)) known.set(value, template);
    return template;
  };
}

/** Reads the template of `what`. `issuesOf`: the mistakes in its literal text, by default those of a key. */
export function readTemplate(
  value: unknown,
  what: string,
  issuesOf?: (template: Template) => TemplateIssue[],
): Template | ValueProblem {
  if (typeof value !== 'string') return new ValueProblem([`a string: ${what}`]);
  const parsed = parseTemplate(value, issuesOf);
  if ('template' in parsed) return parsed.template;
  return new ValueProblem(
    parsed.issues.map(({ at, message }) => `${what}; ${at === undefined ? '' : `at character ${at + 1}: `}${message}`),
  );
}

// A configuration may come from elsewhere (CONFIG_URI), and its texts get into keys, requests and logs: what a variable
// of such a name holds must not get there.
const secretName =
  /SECRET|TOKEN|PASSW|(?:ACCESS|API|PRIVATE|SIGNING)_?KEY|CREDENTIAL|PRIVATE|(?:^|_)(?:PWD|AUTH)(?:_|$)/i;

/** The text that a marker takes from the environment. What a variable holds is never shown, only its name. */
export function resolveMarker(value: unknown, check: TextCheck, environment: Environment): string | ValueProblem {
  const { env, default: fallback, ...others }: Record<string, unknown> = { ...Object(value) };
  if (typeof env !== 'string' || Object.keys(others).length > 0) {
    return new ValueProblem(['a string, or { "env": NAME, "default": TEXT } and no other keys']);
  }
  if (fallback !== undefined && typeof fallback !== 'string') {
    return new ValueProblem([`the default of ${showText(env)} to be a string`], show(fallback));
  }
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(env)) {
    return new ValueProblem(['the name of an environment variable'], showText(env));
  }
  if (secretName.test(env)) return new ValueProblem(['an environment variable that holds no credential'], env);
  const held = Object.hasOwn(environment, env) ? environment[env] : undefined;
  const text = held || fallback;
  if (text === undefined) {
    return new ValueProblem([`the environment variable ${env} to be set (or a default)`], 'an unset variable');
  }
  const problem = check(text);
  if (problem === undefined) return text;
  return new ValueProblem([problem], held ? `the value of ${env}` : `the default of ${env}, ${showText(text)}`);
}
