import { spawn } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineReader, watchOutput } from '../../../src/local/fc/output.js';

const mark = 'a'.repeat(32);

function read(chunks: Buffer[]): (string | number)[] {
  const seen: (string | number)[] = [];
  const reader = createLineReader(
    mark,
    (line) => seen.push(line),
    (sequence) => seen.push(sequence),
  );
  for (const chunk of chunks) reader.write(chunk);
  reader.end();
  return seen;
}

describe('createLineReader', () => {
  it('splits lines and ends an unfinished one at the mark', () => {
    const text = `one\ntwo\r\nthree\u0000${mark}:7\u0000four\n\nfive`;
    expect(read([Buffer.from(text)])).toEqual(['one', 'two', 'three', 7, 'four', '', 'five']);
  });

  it('reads the same however the bytes are cut', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\u0000', '').replaceAll('\r', '')),
      fc.constantFrom('\n', '\u0000', `\u0000${mark}:3\u0000`, `\u0000${mark.slice(9)}`),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(200), { maxLength: 6 }), (pieces, cuts) => {
        const bytes = Buffer.from(pieces.join(''));
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((end, at) => bytes.subarray(places[at], end));
        expect(read(chunks)).toEqual(read([bytes]));
      }),
      { numRuns: 300 },
    );
  });

  it('cuts a line that never ends, losing nothing', () => {
    const seen = read(Array.from({ length: 40 }, () => Buffer.alloc(4096, 'x')));
    expect(seen.every((line) => String(line).length <= 32 * 1024)).toBe(true);
    expect(seen.join('')).toBe('x'.repeat(40 * 4096));
  });
});

describe('watchOutput', () => {
  it('reads up to the mark, even if this process has had no time to read', async () => {
    const script = `
      process.stdout.write('first\\n');
      for (let n = 0; n < 20000; n++) process.stdout.write('line ' + n + '\\n');
      for (const stream of [process.stdout, process.stderr]) stream.write('\\u0000${mark}:1\\u0000');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
    const lines: string[] = [];
    try {
      await new Promise<void>((resolve) => {
        const output = watchOutput(child, mark, (line) => {
          lines.push(line);
          if (lines.length > 1) return;
          output.readUpTo(1).then(resolve);
          // Longer than it waits for output that does not come.
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200);
        });
      });
      expect(lines.at(-1)).toBe('line 19999');
    } finally {
      child.kill('SIGKILL');
    }
  });
});
