// The kinds of faults: one table, which the parser, its messages and the help all read.

import { durationForm, parseDuration } from './duration.js';

/**
 * Families of OSS operations. `relay`: the two calls by which the function relays a derivative, a GET with
 * x-oss-process and the PUT of a picture.
 */
export const ossTargets = ['any', 'process', 'relay', 'head', 'get', 'put', 'delete', 'list'] as const;
export const targets = [...ossTargets, 'event', 'instance'] as const;

/**
 * What a fault strikes: calls to OSS; `event`: what OSS delivers to FC; `instance`: the process that runs the function.
 */
export type FaultTarget = (typeof targets)[number];

type Plain = 'reset' | 'truncate' | 'grow' | 'unframed' | 'corrupt' | 'wrong-json' | 'empty' | 'expired' | 'kill';
type Timed = 'stall' | 'slow' | 'late' | 'skew' | 'duplicate' | 'delay' | 'reorder';

/** What happens; times in ms. `from`: since the cloud started. `calls`: so many a second are let through. */
export type Effect =
  | { readonly kind: 'status'; readonly status: number; readonly code: string }
  | { readonly kind: Plain }
  | { readonly kind: Timed; readonly ms: number }
  | { readonly kind: 'outage'; readonly ms: number; readonly from: number }
  | { readonly kind: 'throttle'; readonly calls: number };

export interface FaultKind {
  readonly targets: readonly FaultTarget[];
  /** As users write it: with an example of its argument, in brackets if that may be left out. */
  readonly form: string;
  readonly does: string;
  /** What the argument must be; a kind without one takes none. */
  readonly argument?: string | undefined;
  /** Undefined: the name or the argument ('' when there is none) is wrong. */
  readonly effect: (argument: string, name: string) => Effect | undefined;
}

/** The codes of OSS's most usual refusals, for a status that is given alone. */
const usualCodes: Readonly<Record<string, string>> = {
  '400': 'InvalidArgument',
  '403': 'AccessDenied',
  '404': 'NoSuchKey',
  '408': 'RequestTimeout',
  '500': 'InternalError',
  '501': 'NotImplemented',
  '503': 'ServiceUnavailable',
};

/**
 * OSS refuses a clock that differs by more than this: https://www.alibabacloud.com/help/en/oss/support/0002-00000504
 */
const leastSkew = 15 * 60_000;

const status: FaultKind = {
  targets: ossTargets,
  form: '503, 503/CpuLimitExceeded',
  does: 'OSS refuses with that status, 400 to 599, and Code',
  argument: `a Code, which may be left out after ${Object.keys(usualCodes).join(', ')}`,
  effect: (argument, name) => {
    const code = argument === '' ? usualCodes[name] : argument;
    if (code === undefined || !/^[A-Za-z][A-Za-z0-9]{0,63}$/.test(code)) return undefined;
    return { kind: 'status', status: Number(name), code };
  },
};

const skew: FaultKind = {
  ...timed('skew', '20m', ossTargets, 'RequestTimeTooSkewed: the clock of OSS is so much ahead'),
  argument: 'more than the 15m that OSS allows, such as 20m',
  effect: (argument) => {
    const ms = parseDuration(argument) ?? 0;
    return ms > leastSkew ? { kind: 'skew', ms } : undefined;
  },
};

const outage: FaultKind = {
  targets: ossTargets,
  form: 'outage/30s@10s',
  does: '503, from 10 s after the start for 30 s',
  argument: 'LENGTH@START, two times such as 30s@10s',
  effect: (argument) => {
    const [length = '', start = '', more] = argument.split('@');
    const [ms, from] = [parseDuration(length), parseDuration(start)];
    return ms === undefined || from === undefined || more !== undefined ? undefined : { kind: 'outage', ms, from };
  },
};

const throttle: FaultKind = {
  targets: ossTargets,
  form: 'throttle/50',
  does: '503 for all calls but the first 50 of each second',
  argument: 'a whole number of calls a second, 1 to 100000',
  effect: (argument) => {
    const calls = /^[1-9]\d{0,5}$/.test(argument) ? Number(argument) : Number.NaN;
    return calls <= 100_000 ? { kind: 'throttle', calls } : undefined;
  },
};

const writing = ['any', 'process', 'relay', 'put', 'delete'] as const;
const answering = ['any', 'process', 'relay', 'get', 'list'] as const;
const pictures = ['relay', 'get'] as const;
const storing = ['relay', 'put'] as const;

/** In the order in which the help shows them. */
const named = new Map<string, FaultKind>([
  ['outage', outage],
  ['throttle', throttle],
  ['expired', plain('expired', ossTargets, 'SecurityTokenExpired')],
  ['skew', skew],
  ['slow', timed('slow', '500ms', ossTargets, 'the work begins so much later')],
  ['stall', timed('stall', '30s', ossTargets, 'no work and no answer; the connection ends after that time')],
  ['reset', plain('reset', ossTargets, 'the connection is reset, before the work or after it')],
  ['truncate', plain('truncate', answering, 'the connection ends in the middle of the answer')],
  ['grow', plain('grow', pictures, 'more bytes are sent than Content-Length says')],
  ['unframed', plain('unframed', pictures, 'the answer ends with the connection, whole or not: no length')],
  ['corrupt', plain('corrupt', storing, 'a byte of what is put is another when it arrives')],
  ['empty', plain('empty', ['process'], '200 without a body, the work done or not')],
  ['wrong-json', plain('wrong-json', ['process'], '200 with JSON that does not say OK, the work done or not')],
  ['late', timed('late', '20s', writing, 'OSS reads now, hangs up, and writes so much later')],
  ['duplicate', timed('duplicate', '2s', ['event'], 'delivered twice, the second so much later (0s)', '0s')],
  ['delay', timed('delay', '5s', ['event'], 'delivered so much later')],
  ['reorder', timed('reorder', '5s', ['event'], 'delivered after the next of its object, or then (5s)', '5s')],
  ['kill', plain('kill', ['instance'], 'killed at a call to OSS: before, amid or after OSS’s work')],
]);

/** All kinds, a status first. */
export const kinds: readonly FaultKind[] = [status, ...named.values()];

/** The names of the kinds that have one. */
export const kindNames: readonly string[] = [...named.keys()];

/** The kind of that name; 400 to 599 are names of one kind. */
export function kindOf(name: string): FaultKind | undefined {
  return /^[45]\d\d$/.test(name) ? status : named.get(name);
}

function plain(kind: Plain, on: readonly FaultTarget[], does: string): FaultKind {
  return { targets: on, form: kind, does, effect: (argument) => (argument === '' ? { kind } : undefined) };
}

/** `otherwise`: the time when none is given. */
function timed(kind: Timed, example: string, on: readonly FaultTarget[], does: string, otherwise = ''): FaultKind {
  return {
    targets: on,
    form: otherwise === '' ? `${kind}/${example}` : `${kind}[/${example}]`,
    does,
    argument: durationForm,
    effect: (argument) => {
      const ms = parseDuration(argument === '' ? otherwise : argument);
      return ms === undefined ? undefined : { kind, ms };
    },
  };
}
