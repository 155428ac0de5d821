// Lengths of time as people write them on a command line: 500ms, 30s, 0.5s, 10m.

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** No fault and no wait lasts longer; and Node's timers hold it. */
const longest = 24 * 3_600_000;

/** The form, for messages. */
export const durationForm = 'a time such as 500ms, 30s or 10m, at most 24h';

/** Whole milliseconds; undefined when the text is no such time. */
export function parseDuration(text: string): number | undefined {
  const [, number = '', unit = ''] = /^(\d{1,8}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text) ?? [];
  const ms = Math.round(Number(number) * (units[unit] ?? Number.NaN));
  return ms <= longest ? ms : undefined;
}
