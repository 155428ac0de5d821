import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { pausesUntil } from '../../../src/local/image/pause.js';

const ever = Number.POSITIVE_INFINITY;

describe('pauses', () => {
  it('let others work', async () => {
    const pause = pausesUntil(ever);
    let others = 0;
    let isOver = false;
    const other = (async () => {
      for (; !isOver; others += 1) await setImmediate();
    })();
    // Never ends if no pause lets the other one work.
    while (others < 3) await pause();
    isOver = true;
    await other;
  });

  it('end the work when its time is over', () => {
    expect(pausesUntil(performance.now())).toThrow('time');
  });
});
