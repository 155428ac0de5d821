// The output of instances: bytes into lines, up to the mark that ends an invocation, and the log tail of an answer.

import { StringDecoder } from 'node:string_decoder';

/** FC answers with the last 4 KB of an invocation's log. */
const tailBytes = 4096;
/** A record of the log service holds 32 KB: a longer line is cut there, so no function can fill this process's memory. */
const lineChars = 32 * 1024;

/** Splits a stream into lines. `onMark` hears the number of each end-of-output mark (see runtime/bootstrap). */
export function createLineReader(
  endOfOutput: string,
  onLine: (line: string) => void,
  onMark: (sequence: number) => void,
): { write(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  const prefix = `\u0000${endOfOutput}:`;
  let rest = '';

  const lines = (text: string): string => {
    const parts = text.split('\n');
    const last = parts.pop() ?? '';
    for (const part of parts) onLine(part.endsWith('\r') ? part.slice(0, -1) : part);
    return last;
  };
  const flush = () => {
    if (rest !== '') onLine(rest);
    rest = '';
  };
  const take = (text: string) => {
    rest += text;
    for (;;) {
      const start = rest.indexOf(prefix);
      const end = start < 0 ? -1 : rest.indexOf('\u0000', start + prefix.length);
      if (end < 0) break;
      const after = rest.slice(end + 1);
      const sequence = Number(rest.slice(start + prefix.length, end));
      rest = lines(rest.slice(0, start));
      flush();
      onMark(sequence);
      rest = after;
    }
    // A mark may have arrived in part: hold back what could be its beginning.
    const held = rest.lastIndexOf('\u0000');
    const safe = held >= 0 && held > rest.length - prefix.length - 16 ? held : rest.length;
    const tail = rest.slice(safe);
    rest = lines(rest.slice(0, safe));
    while (rest.length > lineChars) {
      onLine(rest.slice(0, lineChars));
      rest = rest.slice(lineChars);
    }
    rest += tail;
  };
  return {
    write: (chunk) => take(decoder.write(chunk)),
    end: () => {
      take(decoder.end());
      flush();
    },
  };
}

/** Collects lines and keeps the last 4 KB of them. */
export function createLogTail(): { add(line: string): void; bytes(): Buffer } {
  let text = '';
  return {
    add(line) {
      text += `${line}\n`;
      if (text.length > 4 * tailBytes) text = text.slice(-tailBytes);
    },
    bytes: () => {
      const all = Buffer.from(text);
      let start = Math.max(0, all.length - tailBytes);
      // Never begin in the middle of a character.
      while (start > 0 && start < all.length && ((all[start] ?? 0) & 0xc0) === 0x80) start++;
      return all.subarray(start);
    },
  };
}
