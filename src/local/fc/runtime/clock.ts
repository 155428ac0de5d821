// The clock of an instance, where a test's time is not the machine's: hours go by at once, and waits are short.
// Runs inside the instance.

/**
 * When the machine's clock says `machine`, the function's says `shown` and runs `rate` times as fast; epoch ms. Timers are
 * `haste` times as fast, which need not be the same: a clock can stand still while everything is tried.
 */
export interface Clock {
  machine: number;
  shown: number;
  rate: number;
  haste: number;
}

const Machine = Date;
const wait = setTimeout;
let clock: Clock | undefined;

/** From now on `Date.now()`, `new Date()` and `setTimeout` go by this clock. */
export function setClock(wanted: Clock): void {
  if (clock === undefined) install();
  clock = wanted;
}

function now(): number {
  const { machine, shown, rate } = clock ?? { machine: 0, shown: 0, rate: 1 };
  return Math.floor(shown + (Machine.now() - machine) * rate);
}

function install(): void {
  globalThis.Date = new Proxy(Machine, {
    apply: () => new Machine(now()).toString(),
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
  globalThis.setTimeout = new Proxy(wait, {
    apply: (target, self, [callback, ms, ...args]: [() => void, number | undefined, ...unknown[]]) =>
      Reflect.apply(target, self, [callback, (ms ?? 0) / (clock?.haste ?? 1), ...args]),
  });
}
