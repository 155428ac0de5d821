import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestWait } from '../../../src/deploy/s-schema/cron.js';

const [minute, hour, day] = [60, 3_600, 86_400];

describe('longestWait', () => {
  it.each<[string, number | undefined]>([
    ['@every 1m', minute],
    ['@every 90m', 90 * minute],
    ['@every 9999m', day],
    ['@every 0m', undefined],
    ['@every 0000m', undefined],
    ['@every 1h', undefined],
    ['* * * * * *', 1],
    ['0 * * * * *', minute],
    ['CRON_TZ=Asia/Shanghai 0 */5 * * * ?', 5 * minute],
    ['0 0,10,50 * * * *', 40 * minute],
    ['0 0 * * * *', hour],
    ['0 0 */7 * * *', 7 * hour],
    ['30 0 4 * * *', day],
    // 20:59 to 09:00 of the next day.
    ['0 * 9-20 * * *', 12 * hour + minute],
    ['0 * * * * MON-FRI', day],
    ['0 * * * JAN-dec SUN-SAT', minute],
    ['0 * * * * 1-7', minute],
    ['0 * * 1-31 * *', minute],
    ['0 0 0 1 1 *', day],
    ['0 0 0 29 2 *', day],
    ['0 0 0 30 2 *', undefined],
    ['0 0 0 31 2,4,6,9,11 *', undefined],
    ['0 0 0 L * ?', day],
    ['0 0 0 ? * FRI#2', day],
    ['99 99 99 99 99 99', undefined],
    ['60 * * * * *', undefined],
    ['0 * 24 * * *', undefined],
    ['0 * * 0 * *', undefined],
    ['0 * * * 13 *', undefined],
    ['0 * * * * 8', undefined],
    ['0 * * * * XYZ', undefined],
    ['? * * * * *', undefined],
    ['0 30-10 * * * *', undefined],
    ['0 */0 * * * *', undefined],
    ['0 , * * * *', undefined],
    ['* * * * *', undefined],
    ['0  * * * * *', undefined],
    ['', undefined],
  ])('of %j is %s s', (expression, expected) => {
    expect(longestWait(expression)).toBe(expected);
  });

  it('is what a walk through the seconds of a day finds', () => {
    const values = (most: number) => fc.uniqueArray(fc.integer({ min: 0, max: most }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(values(59), values(59), values(23), (seconds, minutes, hours) => {
        const runs = (time: number) =>
          seconds.includes(time % 60) &&
          minutes.includes(Math.floor(time / 60) % 60) &&
          hours.includes(Math.floor(time / hour) % 24);
        const times = Array.from({ length: 2 * day }, (_, time) => time).filter(runs);
        const longest = Math.max(...times.slice(1).map((time, at) => time - (times[at] ?? 0)));
        expect(longestWait(`${seconds.join()} ${minutes.join()} ${hours.join()} * * *`)).toBe(longest);
      }),
      { numRuns: 6 },
    );
  });
});
