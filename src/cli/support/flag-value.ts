// Values of flags that are more than text: whole numbers and lengths of time.
import { durationForm, parseDuration } from '../../local/faults/duration.js';
import { UserError } from '../../terminal/user-error.js';

/** @throws {UserError} (2) when `text` is no whole number from `least` to `most` */
export function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^-?\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UserError(`--${flag} ${text}: expected a whole number from ${least} to ${most}`, 2);
}

/**
 * Milliseconds of a length of time such as `30s`.
 * @throws {UserError} (2) when `text` is no length of time
 */
export function milliseconds(flag: string, text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new UserError(`--${flag} ${text}: expected ${durationForm}`, 2);
  return ms;
}
