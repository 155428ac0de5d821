// The time and the chance of the recorded instance. Its clock stands still while the function works, moves when the
// stub says so, and jumps to the next timer when nothing but a timer can go on.
import { subscribe } from 'node:diagnostics_channel';
import { drawing } from './draw.js';

/** What the stub and the instance do with the clock; epoch milliseconds. */
export interface Clock {
  readonly now: () => number;
  /** A case begins: the time, nothing left of earlier timers, and chance from its beginning. */
  readonly set: (at: number) => void;
  readonly advance: (ms: number) => void;
  /** The request that is under way gets no answer: only a timer can end it. */
  readonly hold: () => void;
}

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

/** Replaces `Date`, `Math.random`, `setTimeout` and `clearTimeout` of this process, for good. */
export function installClock(): Clock {
  let time = 0;
  let timers: Timer[] = [];
  let underWay: unknown;
  let held = false;

  // Undici tells of each request when it is made, before there is a connection, and when it is over.
  const over = (message: unknown): void => {
    if (requestOf(message) !== underWay) return;
    underWay = undefined;
    look();
  };
  subscribe('undici:request:create', (message) => {
    underWay = requestOf(message);
    held = false;
  });
  subscribe('undici:request:trailers', over);
  subscribe('undici:request:error', over);

  // Only after everything else that can go on has done so.
  const look = (): void => void setImmediate(fireNext);
  function fireNext(): void {
    if (underWay !== undefined && !held) return;
    const [next] = timers.toSorted((one, other) => one.due - other.due);
    if (next === undefined) return;
    timers = timers.filter((timer) => timer !== next);
    time = Math.max(time, next.due);
    next.run();
    look();
  }

  const Machine = Date;
  const now = (): number => time;
  globalThis.Date = new Proxy(Machine, {
    apply: () => new Machine(time).toString(),
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [time] : args, newTarget) as object,
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });

  const startTimer = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
    const timer: Timer = { due: time + Math.max(1, ms), run: () => run(...args) };
    timers.push(timer);
    look();
    const handle = {
      timer,
      ref: () => handle,
      refresh: () => handle,
      // What does not keep a process alive watches over idle connections, by the machine's time: here it never comes to
      // it.
      unref: () => {
        timers = timers.filter((one) => one !== timer);
        return handle;
      },
    };
    return handle;
  };
  const stopTimer = (handle?: { readonly timer?: Timer }) => {
    timers = timers.filter((timer) => timer !== handle?.timer);
  };
  Object.assign(globalThis, { setTimeout: startTimer, clearTimeout: stopTimer });

  return {
    now,
    set(at) {
      time = at;
      timers = [];
      Math.random = drawing(at).fraction;
    },
    advance(ms) {
      time += ms;
    },
    hold() {
      held = true;
      look();
    },
  };
}

function requestOf(message: unknown): unknown {
  return (message as { readonly request: unknown }).request;
}
