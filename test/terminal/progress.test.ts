import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { showProgress } from '../../src/terminal/progress.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function started(terminal: boolean) {
  let written = '';
  const write = (text: string): void => {
    written += text;
  };
  const progress = showProgress('listing', { terminal, write });
  return {
    progress,
    written: () => written,
    pass: (ms: number) => void vi.advanceTimersByTime(ms),
    waiting: () => vi.getTimerCount(),
  };
}

describe('showProgress', () => {
  it('writes a line every hundred steps, and one when there was none for 30 s', () => {
    const { progress, written, pass, waiting } = started(false);
    pass(29_999);
    expect(written()).toBe('');
    pass(1);
    expect(written()).toBe('listing\n');
    for (let done = 1; done <= 250; done++) progress.step(`${done} of 300`);
    expect(written()).toBe('listing\n100 of 300\n200 of 300\n');
    pass(29_999);
    pass(1);
    pass(30_000);
    expect(written()).toBe('listing\n100 of 300\n200 of 300\n250 of 300\n250 of 300\n');
    progress.end();
    expect(waiting()).toBe(0);
  });

  it('is one line on a terminal, out of the way of what is printed', () => {
    const { progress, written, waiting } = started(true);
    progress.step('1 of 2');
    progress.aside(() => undefined);
    progress.end();
    expect(waiting()).toBe(0);
    expect(written()).not.toContain('\n');
    expect(written().split('\r\u001b[K')).toEqual(['', 'listing', '1 of 2', '', '1 of 2', '']);
  });
});
