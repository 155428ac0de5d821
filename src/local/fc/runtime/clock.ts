// The clock of an instance, moved from the machine's where a test's time is not the machine's.
// Runs inside the instance; timers are left as they are.

const Machine = Date;
let offset = 0;
let moved = false;

/** From now on `Date.now()` and `new Date()` are `ms` ahead of the machine. */
export function moveClock(ms: number): void {
  offset = ms;
  if (moved) return;
  moved = true;
  const now = (): number => Machine.now() + offset;
  globalThis.Date = new Proxy(Machine, {
    apply: () => new Machine(now()).toString(),
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
}
