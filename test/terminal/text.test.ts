import { describe, expect, it } from 'vitest';
import { bytesText, resultLine } from '../../src/terminal/text.js';

describe('resultLine', () => {
  it.each([
    [
      { event: 'result', status: 'saved', source: 'oss://a/x.jpg', target: 'oss://b/x.webp', bytes: 3267, ms: 84 },
      'saved   oss://a/x.jpg → oss://b/x.webp  3.3 KB  84 ms',
    ],
    [
      { event: 'result', status: 'saved', source: 'oss://a/x', target: 'oss://b/x', bytes: 1, ms: 9, relayed: true },
      'saved   oss://a/x → oss://b/x  1 B  9 ms  relayed',
    ],
    [
      { event: 'result', status: 'skipped', source: 'oss://a/x.txt', reason: 'no-rule' },
      'skipped oss://a/x.txt  (no-rule)',
    ],
    [
      {
        event: 'result',
        status: 'failed',
        source: 'oss://a/x.jpg',
        target: 'oss://b/y',
        error: { kind: 'setup', code: 'NoSuchStyle', message: 'no style' },
      },
      'failed  oss://a/x.jpg → oss://b/y  setup: NoSuchStyle: no style',
    ],
    [{ event: 'summary', saved: 2, skipped: 0, failed: 1, ms: 12 }, '        2 saved, 0 skipped, 1 failed in 12 ms'],
  ])('tells %j', (entry, line) => {
    expect(resultLine(JSON.stringify(entry))).toBe(line);
  });

  it('leaves other lines, but for what could move the cursor', () => {
    expect(resultLine('hello')).toBe('hello');
    expect(resultLine('\u001b[2Jhello')).toBe('\\u001b[2Jhello');
    const key = 'oss://a/\u001b]0;x\u0007\u202egpj.exe';
    expect(resultLine(JSON.stringify({ event: 'result', status: 'skipped', source: key, reason: 'no-rule' }))).toBe(
      'skipped oss://a/\\u001b]0;x\\u0007\\u202egpj.exe  (no-rule)',
    );
  });
});

describe('bytesText', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 KB'],
    [2_345_678, '2.3 MB'],
    [100_000_000_000, '100.0 GB'],
    [1_500_000_000_000, '1.5 TB'],
    [undefined, '? bytes'],
  ])('%s is %s', (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });
});
