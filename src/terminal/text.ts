// Text for people in a terminal: a result of the function as one line, a number of bytes, several lines that are safe
// to print.
import { printable } from '../rules/printable.js';

/** One log line of the function, shortened for people; any other line stays as it is, but printable. */
export function resultLine(line: string): string {
  const entry = jsonObjectIn(line);
  if (entry === undefined) return printable(line);
  const text = (name: string): string => (typeof entry[name] === 'string' ? printable(entry[name]) : '');
  if (entry['event'] === 'summary') {
    const { saved, skipped, failed, ms } = entry;
    return `        ${saved} saved, ${skipped} skipped, ${failed} failed in ${ms} ms`;
  }
  if (entry['event'] !== 'result') return printable(line);
  const target = text('target') === '' ? '' : ` → ${text('target')}`;
  const start = `${text('status').padEnd(7)} ${text('source')}${target}`;
  const relayed = entry['relayed'] === true ? '  relayed' : '';
  if (entry['status'] === 'saved') return `${start}  ${bytesText(entry['bytes'])}  ${entry['ms']} ms${relayed}`;
  if (entry['status'] === 'skipped') return `${start}  (${text('reason')})`;
  const error = entry['error'];
  if (typeof error !== 'object' || error === null) return start;
  const { kind, code, message } = error as Record<string, unknown>;
  return `${start}  ${kind}: ${causeText(String(code), printable(String(message)))}`;
}

/** Why something failed: its message, after the code where it does not begin with it. */
export function causeText(code: string, message: string): string {
  return message.startsWith(code) ? message : `${code}: ${message}`;
}

/** Bytes as people read them; 1 KB = 1,000 bytes. */
export function bytesText(bytes: unknown): string {
  if (typeof bytes !== 'number') return '? bytes';
  if (bytes < 1_000) return `${bytes} B`;
  const [size, unit] = units.find(([least]) => bytes >= least) ?? [1_000, 'KB'];
  return `${(bytes / size).toFixed(1)} ${unit}`;
}

const units = [
  [1e12, 'TB'],
  [1e9, 'GB'],
  [1e6, 'MB'],
] as const;

/** Text of several lines, each of them printable. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** `1 record`, `2,000 records`. */
export function countOf(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** `12,345` */
export function grouped(number: number): string {
  return number.toLocaleString('en-US');
}

/** The JSON object that a text is; undefined when it is anything else. */
export function jsonObjectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A value for `--json`. */
export function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
