// A result of the function as one line for people.

/** One log line of the function, shortened to what a person looks for; anything else is left as it is. */
export function resultLine(line: string): string {
  const entry = parse(line);
  if (entry === undefined) return printable(line);
  const text = (name: string): string => (typeof entry[name] === 'string' ? printable(entry[name]) : '');
  if (entry['event'] === 'summary') {
    const { saved, skipped, failed, ms } = entry;
    return `        ${saved} saved, ${skipped} skipped, ${failed} failed in ${ms} ms`;
  }
  if (entry['event'] !== 'result') return printable(line);
  const target = text('target') === '' ? '' : ` → ${text('target')}`;
  const start = `${text('status').padEnd(7)} ${text('source')}${target}`;
  if (entry['status'] === 'saved') return `${start}  ${bytesText(entry['bytes'])}  ${entry['ms']} ms`;
  if (entry['status'] === 'skipped') return `${start}  (${text('reason')})`;
  const error = entry['error'];
  if (typeof error !== 'object' || error === null) return start;
  const { kind, code, message } = error as Record<string, unknown>;
  const said = printable(String(message));
  return `${start}  ${kind}: ${said.startsWith(String(code)) ? said : `${code}: ${said}`}`;
}

/** Bytes as people read them; 1 KB = 1,000 bytes. */
export function bytesText(bytes: unknown): string {
  if (typeof bytes !== 'number') return '? bytes';
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Text that cannot move the cursor or reorder the line: keys are chosen by uploaders. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}

/** Text of several lines, each of them printable. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** `1 record`, `2 records`. */
export function countOf(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
