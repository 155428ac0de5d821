// A result of the function, as a line of its log tells it. The line comes from a program that may be any: what does not
// fit is left out.
import { nameOf, type ObjectName } from '../object-name.js';

export interface Result {
  readonly status: 'saved' | 'skipped' | 'removed' | 'failed';
  /** `oss://bucket/key`, where it is an object. */
  readonly source: string;
  readonly rule?: string | undefined;
  readonly style?: string | undefined;
  readonly target?: ObjectName | undefined;
  /** The target as text, cut where the line was too long for the log. */
  readonly targetText?: string | undefined;
  readonly relayed: boolean;
  readonly bytes?: number | undefined;
  readonly ms?: number | undefined;
  readonly reason?: string | undefined;
  readonly error?: ResultError | undefined;
}

export interface ResultError {
  readonly code: string;
  readonly message: string;
  readonly kind?: string | undefined;
  readonly ec?: string | undefined;
}

const statuses = ['saved', 'skipped', 'removed', 'failed'] as const;
/** Characters of a text that is kept. */
const longest = 2_000;

/** Undefined for a line that tells no result. */
export function resultIn(line: string): Result | undefined {
  if (!line.includes('"result"')) return undefined;
  const fields = fieldsOf(line);
  const status = statuses.find((one) => one === fields['status']);
  const source = textOf(fields['source']);
  if (fields['event'] !== 'result' || status === undefined || source === undefined) return undefined;
  const targetText = textOf(fields['target']);
  return {
    status,
    source,
    rule: textOf(fields['rule']),
    style: textOf(fields['style']),
    target: fields['cut'] === true || targetText === undefined ? undefined : nameOf(targetText),
    targetText,
    relayed: fields['relayed'] === true,
    bytes: numberOf(fields['bytes']),
    ms: numberOf(fields['ms']),
    reason: textOf(fields['reason']),
    error: status === 'failed' ? errorOf(fields['error']) : undefined,
  };
}

function errorOf(value: unknown): ResultError {
  // A line that was too long has it as a text.
  const fields = typeof value === 'string' ? { message: value } : (Object(value) as Record<string, unknown>);
  return {
    code: textOf(fields['code']) ?? '',
    message: textOf(fields['message']) ?? '',
    kind: textOf(fields['kind']),
    ec: textOf(fields['ec']),
  };
}

/** Of a line that is an object in JSON; none of any other. */
export function fieldsOf(line: string): Readonly<Record<string, unknown>> {
  if (!line.startsWith('{')) return {};
  try {
    return Object(JSON.parse(line)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, longest) : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
