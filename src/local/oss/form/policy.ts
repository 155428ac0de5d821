// The policy of a form upload: until when it holds, what each field may be, and how large the file.
// https://www.alibabacloud.com/help/en/oss/developer-reference/postobject (section on Policy). The ECs have a page
// each: https://help.aliyun.com/en/oss/user-guide/0006-00000201 and following.

import { refuse, type ServiceError } from '../error.js';

/** `expiration` in ms, sizes in bytes. */
export interface FormPolicy {
  expiration: number;
  minSize: number;
  maxSize: number;
  conditions: readonly Condition[];
}

interface Condition {
  mode: 'eq' | 'starts-with' | 'in' | 'not-in';
  /** In lower case. */
  field: string;
  operand: string | readonly string[];
}

/** Reads a policy, base64 of JSON. @throws ServiceError InvalidPolicyDocument */
export function readPolicy(text: string): FormPolicy {
  const { expiration, conditions } = parse(text);
  const policy = { expiration: timeOf(expiration), minSize: 0, maxSize: Number.POSITIVE_INFINITY };
  if (!Array.isArray(conditions)) throw invalidPolicy('Invalid conditions: they must be a list.', '0006-00000214');
  const read: Condition[] = [];
  for (const item of conditions) {
    const [mode, ...operands] = listOf(item);
    if (mode === 'content-length-range') {
      const [min, max] = rangeOf(operands);
      policy.minSize = Math.max(policy.minSize, min);
      policy.maxSize = Math.min(policy.maxSize, max);
    } else read.push(conditionOf(mode, operands));
  }
  return { ...policy, conditions: read };
}

/**
 * Checks the fields of a form, `bucket` among them. Names are in lower case; the key is as the form has it, before
 * variables in it are filled in.
 * @throws ServiceError AccessDenied
 */
export function checkPolicy(policy: FormPolicy, fields: ReadonlyMap<string, string>, now: number): void {
  if (now >= policy.expiration) throw denied('Policy expired.');
  for (const { mode, field, operand } of policy.conditions) {
    const value = fields.get(field);
    const holds = {
      eq: value === operand,
      'starts-with': typeof operand === 'string' && value?.startsWith(operand),
      in: value !== undefined && operand.includes(value),
      'not-in': value !== undefined && !operand.includes(value),
    }[mode];
    if (holds) continue;
    // A field that is absent meets no condition, not even not-in.
    const ec = value === undefined ? '0006-00000226' : '0006-00000227';
    const condition = [mode, `$${field}`, operand].map((part) => JSON.stringify(part)).join(', ');
    throw denied(`Policy Condition failed: [${condition}]`, ec);
  }
}

function parse(text: string): Partial<Record<'expiration' | 'conditions', unknown>> {
  let policy: unknown;
  try {
    // `\$` is how a policy writes a dollar sign, which JSON does not know.
    const json = Buffer.from(text, 'base64')
      .toString()
      .replace(/\\(.)/gs, (pair, char) => (char === '$' ? '$' : pair));
    policy = JSON.parse(json);
  } catch (cause) {
    throw invalidPolicy('Invalid JSON.', '0006-00000201', cause);
  }
  if (typeof policy !== 'object' || policy === null) throw invalidPolicy('Invalid JSON: no object.', '0006-00000201');
  const has = (name: string) => Object.hasOwn(policy, name);
  if (has('expiration') && has('conditions')) return policy;
  const missing = ['expiration', 'conditions'].filter((name) => !has(name));
  const ec = missing.length > 1 ? '0006-00000209' : has('expiration') ? '0006-00000207' : '0006-00000208';
  throw invalidPolicy(`Policy missing ${missing.join(' and ')}.`, ec);
}

function timeOf(expiration: unknown): number {
  if (typeof expiration !== 'string') throw invalidPolicy('Invalid expiration: it must be a string.', '0006-00000210');
  if (expiration === '') throw invalidPolicy('Invalid expiration: it is empty.', '0006-00000211');
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;
  const time = form.test(expiration) ? Date.parse(expiration) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw invalidPolicy('Invalid expiration: it must be like 2014-12-01T12:00:00.000Z.');
}

/** A condition as a list: `{"key": "a"}` is short for `["eq", "$key", "a"]`. */
function listOf(item: unknown): unknown[] {
  if (Array.isArray(item)) return item;
  if (typeof item !== 'object' || item === null)
    throw invalidPolicy('Invalid condition: no map or list.', '0006-00000222');
  const [entry, ...more] = Object.entries(item);
  if (entry && more.length === 0) return ['eq', `$${entry[0]}`, entry[1]];
  throw invalidPolicy('Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.');
}

function rangeOf(operands: unknown[]): [min: number, max: number] {
  const [min, max] = operands;
  const size = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
  if (operands.length === 2 && size(min) && size(max) && min <= max) return [min, max];
  throw invalidPolicy('Invalid content-length-range: it has two sizes, the smaller first.', '0006-00000221');
}

function conditionOf(mode: unknown, [subject, operand, ...more]: unknown[]): Condition {
  const isText = (value: unknown) => typeof value === 'string';
  if (!isText(mode) || mode.startsWith('$'))
    throw invalidPolicy('Invalid condition: no matching mode.', '0006-00000216');
  const list = mode === 'in' || mode === 'not-in';
  if (!list && mode !== 'eq' && mode !== 'starts-with') {
    throw invalidPolicy(`Invalid condition: the matching mode ${mode} is not known.`, '0006-00000217');
  }
  const fits = list ? Array.isArray(operand) && operand.every(isText) : isText(operand);
  if (!isText(subject) || !fits || more.length > 0) {
    throw invalidPolicy(
      `Invalid condition: ${mode} needs a field and ${list ? 'a list of strings' : 'a string'}.`,
      '0006-00000218',
    );
  }
  // The pages of 0006-00000226 and 0006-00000227 have names without the `$` too.
  return { mode, field: subject.replace(/^\$/, '').toLowerCase(), operand: operand as Condition['operand'] };
}

function denied(why: string, ec?: string): ServiceError {
  return refuse('AccessDenied', { message: `Invalid according to Policy: ${why}`, ec });
}

function invalidPolicy(why: string, ec?: string, cause?: unknown): ServiceError {
  return refuse('InvalidPolicyDocument', { message: `Invalid Policy: ${why}`, ec, cause });
}
