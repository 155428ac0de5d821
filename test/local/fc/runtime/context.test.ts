import { describe, expect, it } from 'vitest';
import { createLogger } from '../../../../src/local/fc/runtime/context.js';

function written(threshold: string | undefined): { out: string[]; err: string[] } {
  const out: string[] = [];
  const err: string[] = [];
  const logger = createLogger(() => 'req-1', threshold, {
    stdout: (text) => out.push(text),
    stderr: (text) => err.push(text),
  });
  logger.debug('d');
  logger.log('%s is %d', 'x', 1, { y: [2] });
  logger.info('i');
  logger.warn('w');
  logger.error('e');
  const withoutTime = (text: string) => text.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /, '');
  return { out: out.map(withoutTime), err: err.map(withoutTime) };
}

describe('createLogger', () => {
  it('writes time, request id, level and message', () => {
    expect(written(undefined)).toEqual({
      out: ['req-1 [debug] d\n', 'req-1 [info] x is 1 { y: [ 2 ] }\n', 'req-1 [info] i\n'],
      err: ['req-1 [warn] w\n', 'req-1 [error] e\n'],
    });
  });

  it.each([
    ['info', 2, 2],
    ['WARN', 0, 2],
    ['error', 0, 1],
    ['nonsense', 3, 2],
  ])('filters below %s', (threshold, out, err) => {
    const lines = written(threshold);
    expect([lines.out.length, lines.err.length]).toEqual([out, err]);
  });
});
