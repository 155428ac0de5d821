// Checks the policy of a form upload: until when it holds, and what each field may be.
// https://www.alibabacloud.com/help/en/oss/developer-reference/postobject (section on Policy)

import { refuse, type ServiceError } from './error.js';

/**
 * Checks a form against its policy (base64 of JSON). `fields` are lower case and include `bucket` and the final `key`.
 * @throws ServiceError AccessDenied when a condition does not hold or the policy has expired, InvalidArgument when it
 * is not a policy.
 */
export function checkPolicy(policy: string, fields: ReadonlyMap<string, string>, size: number, now: number): void {
  const { expiration, conditions } = readPolicy(policy);
  const until = Date.parse(expiration);
  if (Number.isNaN(until)) throw malformed();
  if (now >= until) throw denied('Policy expired.');
  for (const condition of conditions) {
    if (Array.isArray(condition)) checkOne(condition, fields, size);
    else if (typeof condition === 'object' && condition !== null) {
      for (const [name, value] of Object.entries(condition)) checkOne(['eq', `$${name}`, value], fields, size);
    } else throw malformed();
  }
}

function readPolicy(policy: string): { expiration: string; conditions: unknown[] } {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(policy, 'base64').toString());
    if (typeof parsed === 'object' && parsed !== null && 'expiration' in parsed && 'conditions' in parsed) {
      const { expiration, conditions } = parsed;
      if (typeof expiration === 'string' && Array.isArray(conditions)) return { expiration, conditions };
    }
  } catch (cause) {
    throw malformed(cause);
  }
  throw malformed();
}

function checkOne([operator, subject, ...rest]: unknown[], fields: ReadonlyMap<string, string>, size: number): void {
  const kind = String(operator).toLowerCase();
  const [operand] = rest;
  if (kind === 'content-length-range') {
    if (typeof subject !== 'number' || typeof operand !== 'number') throw malformed();
    if (size < subject || size > operand)
      throw refuse('EntityTooLarge', { message: 'The size is outside content-length-range.' });
    return;
  }
  if (typeof subject !== 'string' || !subject.startsWith('$')) throw malformed();
  const name = subject.slice(1).toLowerCase();
  const value = fields.get(name) ?? '';
  const list = Array.isArray(operand) ? operand : undefined;
  const tests: Record<string, boolean | undefined> = {
    eq: value === operand,
    'starts-with': typeof operand === 'string' && value.startsWith(operand),
    in: list?.includes(value) ?? false,
    'not-in': list !== undefined && !list.includes(value),
  };
  const holds = Object.hasOwn(tests, kind) ? tests[kind] : undefined;
  if (holds === undefined) throw malformed();
  if (!holds) throw denied(`Policy Condition failed: ["${kind}", "$${name}"]`);
}

function denied(why: string): ServiceError {
  return refuse('AccessDenied', { message: `Invalid according to Policy: ${why}` });
}

function malformed(cause?: unknown): ServiceError {
  const message = 'The policy is not base64 of JSON with an expiration and conditions.';
  return refuse('InvalidArgument', { message, cause });
}
