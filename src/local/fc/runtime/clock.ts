// The clock of an instance, for tests whose time is not the machine's: hours pass at once, and waits are short.
// Runs inside the instance.

/**
 * When the machine's clock shows `machineTime`, the function's shows `functionTime` and runs `rate` times as fast;
 * epoch ms. Timers are `timerRate` times as fast, which need not be the same: the clock can stand still while the
 * function retries.
 */
export interface Clock {
  machineTime: number;
  functionTime: number;
  rate: number;
  timerRate: number;
}

const MachineDate = Date;
const machineTimeout = setTimeout;
let clock: Clock | undefined;

/** From now on `Date.now()`, `new Date()` and `setTimeout` follow this clock. */
export function setClock(next: Clock): void {
  if (clock === undefined) install();
  clock = next;
}

function now(): number {
  const { machineTime, functionTime, rate } = clock ?? { machineTime: 0, functionTime: 0, rate: 1 };
  return Math.floor(functionTime + (MachineDate.now() - machineTime) * rate);
}

function install(): void {
  globalThis.Date = new Proxy(MachineDate, {
    apply: () => new MachineDate(now()).toString(),
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
  globalThis.setTimeout = new Proxy(machineTimeout, {
    apply: (target, self, [callback, ms, ...args]: [() => void, number | undefined, ...unknown[]]) =>
      Reflect.apply(target, self, [callback, (ms ?? 0) / (clock?.timerRate ?? 1), ...args]),
  });
}
