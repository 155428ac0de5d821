import { describe, expect, it } from 'vitest';
import { createLogTail } from '../../../src/local/fc/log.js';

describe('createLogTail', () => {
  it('keeps the last 4,096 bytes', () => {
    const tail = createLogTail();
    for (let n = 0; n < 1000; n++) tail.add(`line ${n} ${'.'.repeat(20)}`);
    const text = tail.bytes().toString();
    expect(tail.bytes()).toHaveLength(4096);
    expect(text.endsWith(`line 999 ${'.'.repeat(20)}\n`)).toBe(true);
  });

  it('does not begin inside a character', () => {
    const tail = createLogTail();
    tail.add('图'.repeat(3000));
    expect(tail.bytes().toString()).toMatch(/^图+\n$/);
    expect(tail.bytes().length).toBeGreaterThan(4090);
  });
});
