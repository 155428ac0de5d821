// The clock that a function sees, in a real instance.
import { expect, it } from 'vitest';
import { startFc } from '../fixture.js';

it('shows what holds as the invocation begins, also where no clock is named', async () => {
  const source = `exports.handler = () => ({
    now: Date.now(),
    made: new Date().getTime(),
    called: Date.parse(Date()),
    given: new Date(0).toISOString(),
    isDate: new Date() instanceof Date && Object.prototype.toString.call(new Date()) === '[object Date]',
    utc: Date.UTC(2026, 0, 1),
  });`;
  const day = 86_400_000;
  let ahead = 0;
  const clock = () => ({ machineTime: Date.now(), functionTime: Date.now() + ahead, rate: 1, timerRate: 1 });
  const fc = startFc(source, { instances: 1 }, { clock });
  for (ahead of [day, -day, 0]) {
    const before = Date.now() + ahead;
    const { result } = await fc.invoke('fn', {});
    const after = Date.now() + ahead;
    const { now, made, called, ...rest } = JSON.parse(result.toString());
    for (const time of [now, made, called + 999]) expect(time).toBeGreaterThanOrEqual(before);
    for (const time of [now, made, called]) expect(time).toBeLessThanOrEqual(after);
    expect(rest).toEqual({ given: '1970-01-01T00:00:00.000Z', isDate: true, utc: Date.UTC(2026, 0, 1) });
  }
});

it('runs faster together with its timers', async () => {
  const source = `exports.handler = async () => {
    const before = Date.now();
    const said = await new Promise((resolve) => setTimeout(resolve, 3600000, 'after an hour'));
    return { said, waited: Date.now() - before };
  };`;
  const fc = startFc(
    source,
    {},
    { clock: () => ({ machineTime: Date.now(), functionTime: 0, rate: 100_000, timerRate: 100_000 }) },
  );
  const { said, waited } = JSON.parse((await fc.invoke('fn', {})).result.toString());
  expect(said).toBe('after an hour');
  expect(waited).toBeGreaterThanOrEqual(3_500_000);
});
