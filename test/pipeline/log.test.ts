import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/pipeline/log.js';

describe('createLog', () => {
  const lines: string[] = [];
  const log = createLog((line) => lines.push(line), 'fc-1');

  it('writes one line an entry, with FC’s request id', () => {
    log({ event: 'result', source: 'oss://photos/a\nb\u2028.jpg' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\n]*\n$/);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      event: 'result',
      source: 'oss://photos/a\nb\u2028.jpg',
      fcRequestId: 'fc-1',
    });
  });

  it('keeps a line under what SLS takes, and says so', () => {
    log({ event: 'result', source: '照'.repeat(50_000), error: { message: 'x'.repeat(50_000) } });
    expect(Buffer.byteLength(lines[1] ?? '')).toBeLessThan(32_000);
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ event: 'result', cut: true, fcRequestId: 'fc-1' });
  });
});
