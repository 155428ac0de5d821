// The clock that a function sees, in a real instance.
import { expect, it } from 'vitest';
import { startFc } from '../fixture.js';

const source = `exports.handler = () => ({
  now: Date.now(),
  made: new Date().getTime(),
  called: Date.parse(Date()),
  given: new Date(0).toISOString(),
  isDate: new Date() instanceof Date && Object.prototype.toString.call(new Date()) === '[object Date]',
  utc: Date.UTC(2026, 0, 1),
});`;

it('is moved by what holds as the invocation begins', async () => {
  const hour = 3_600_000;
  let offset = hour;
  const fc = startFc(source, { instances: 1 }, { clockOffset: () => offset });
  for (offset of [hour, -24 * hour, 0]) {
    const before = Date.now() + offset;
    const { result } = await fc.invoke('fn', {});
    const after = Date.now() + offset;
    const { now, made, called, ...rest } = JSON.parse(result.toString());
    for (const time of [now, made, called + 999]) expect(time).toBeGreaterThanOrEqual(before);
    for (const time of [now, made, called]) expect(time).toBeLessThanOrEqual(after);
    expect(rest).toEqual({ given: '1970-01-01T00:00:00.000Z', isDate: true, utc: Date.UTC(2026, 0, 1) });
  }
});
