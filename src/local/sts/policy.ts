// The policy of a session: what the temporary keys of an AssumeRole may do, beside what the role may.
// https://www.alibabacloud.com/help/en/ram/policy-elements ; the size of a policy, and that it takes from the role's
// permissions and adds none: https://help.aliyun.com/zh/ram/developer-reference/api-sts-2015-04-01-assumerole

import { notImplemented, StsError } from './error.js';

/** What a request of OSS does, as RAM names it: `oss:PutObject`, `acs:oss:REGION:ACCOUNT:BUCKET/KEY`. */
export interface Access {
  action: string;
  resource: string;
}

interface Statement {
  allow: boolean;
  /** Patterns in lower case: RAM takes no notice of the case of actions. */
  actions: readonly string[];
  resources: readonly string[];
}

/** What a policy says, in the order of its statements. */
export type Policy = readonly Statement[];

const maxLength = 2_048;

/**
 * Reads a policy.
 * @throws StsError InvalidParameter.PolicySize, InvalidParameter.PolicyGrammar; NotImplemented, by its name, for an
 *   element that RAM has and that is not evaluated here
 */
export function readPolicy(text: string): Policy {
  if (text.length > maxLength) {
    const message = `The size of Policy must be smaller than ${maxLength} characters.`;
    throw new StsError(400, 'InvalidParameter.PolicySize', message);
  }
  const { Version, Statement, ...rest } = elementsOf(parse(text), 'The policy');
  if (Version !== '1') throw grammar('Version must be "1"');
  if (!Array.isArray(Statement) || Statement.length === 0) throw grammar('Statement must be a list that is not empty');
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw grammar(`unknown element ${unknown}`);
  return Statement.map(readStatement);
}

/** Whether a policy allows an access: a statement allows it, and none denies it. */
export function permits(policy: Policy, { action, resource }: Access): boolean {
  const concerned = policy.filter(
    ({ actions, resources }) =>
      actions.some((pattern) => fitsPattern(pattern, action.toLowerCase())) &&
      resources.some((pattern) => matchesResource(pattern, resource)),
  );
  return concerned.length > 0 && concerned.every(({ allow }) => allow);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw grammar('it is not JSON', cause);
  }
}

function readStatement(value: unknown): Statement {
  const { Effect, Action, Resource, ...rest } = elementsOf(value, 'A statement');
  for (const name of Object.keys(rest)) {
    if (['Condition', 'NotAction', 'NotResource'].includes(name)) throw notImplemented(`${name} in a Policy`);
    throw grammar(name === 'Principal' ? 'Principal is an element of trust policies only' : `unknown element ${name}`);
  }
  if (Effect !== 'Allow' && Effect !== 'Deny') throw grammar('Effect must be Allow or Deny');
  const actions = patterns(Action, 'Action', /^(?:\*|[\w*?-]+:[\w*?]+)$/);
  const resources = patterns(Resource, 'Resource', /^(?:\*|acs:[^:]*:[^:]*:[^:]*:.+)$/s);
  return { allow: Effect === 'Allow', actions: actions.map((action) => action.toLowerCase()), resources };
}

function patterns(value: unknown, name: string, form: RegExp): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const read = list.filter((one) => typeof one === 'string' && form.test(one)) as string[];
  if (read.length === 0 || read.length < list.length) {
    throw grammar(
      `${name} must be one or more strings like ${name === 'Action' ? 'oss:PutObject' : 'acs:oss:*:*:bucket/*'}`,
    );
  }
  return read;
}

function elementsOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw grammar(`${what} must be an object`);
}

function grammar(why: string, cause?: unknown): StsError {
  const message = `The parameter Policy has not passed grammar check: ${why}.`;
  return new StsError(400, 'InvalidParameter.PolicyGrammar', message, { cause });
}

function matchesResource(pattern: string, resource: string): boolean {
  if (pattern === '*') return true;
  const [wanted, given] = [fields(pattern), fields(resource)];
  return wanted.every((field, index) => fitsPattern(field, given[index] ?? ''));
}

/** `acs`, service, region, account and the rest, which may hold colons. */
function fields(name: string): string[] {
  const parts = name.split(':');
  return [...parts.slice(0, 4), parts.slice(4).join(':')];
}

/**
 * Whether a text is as a pattern says: `*` stands for any text, `?` for one character. Takes at most pattern × text
 * steps, whatever they are: only the last star is ever tried again.
 */
function fitsPattern(pattern: string, text: string): boolean {
  const [signs, characters] = [[...pattern], [...text]];
  let sign = 0;
  let star = -1;
  let restart = 0;
  for (let at = 0; at < characters.length; ) {
    if (signs[sign] === '*') {
      star = sign;
      restart = at;
      sign += 1;
    } else if (sign < signs.length && (signs[sign] === '?' || signs[sign] === characters[at])) {
      sign += 1;
      at += 1;
    } else if (star !== -1) {
      sign = star + 1;
      restart += 1;
      at = restart;
    } else return false;
  }
  return signs.slice(sign).every((left) => left === '*');
}
