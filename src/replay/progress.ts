// How far a long run has come: in place on a terminal, else a line now and then, so that a log shows that it goes on.

export interface ProgressOptions {
  readonly terminal: boolean;
  readonly write: (text: string) => void;
  /** Calls `then` in so many milliseconds; gives what calls it off. */
  readonly later?: (ms: number, then: () => void) => () => void;
}

export interface Progress {
  /** A step further. */
  step(text: string): void;
  /** Prints without disturbing it. */
  aside(print: () => void): void;
  end(): void;
}

const stepsALine = 100;
/** ms */
const longestSilence = 30_000;

/** Shows `text` until the first step. */
export function showProgress(text: string, { terminal, write, later = timer }: ProgressOptions): Progress {
  let latest = text;
  let steps = 0;
  let callOff = (): void => undefined;
  const clear = (): void => {
    if (terminal) write('\r\u001b[K');
  };
  const draw = (): void => {
    if (terminal) write(`\r\u001b[K${latest}`);
  };
  const line = (): void => {
    callOff();
    steps = 0;
    write(`${latest}\n`);
    callOff = later(longestSilence, line);
  };
  if (!terminal) callOff = later(longestSilence, line);
  draw();
  return {
    step(now) {
      latest = now;
      steps += 1;
      draw();
      if (!terminal && steps === stepsALine) line();
    },
    aside(print) {
      clear();
      print();
      draw();
    },
    end() {
      callOff();
      clear();
    },
  };
}

function timer(ms: number, then: () => void): () => void {
  const set = setTimeout(then, ms);
  return () => clearTimeout(set);
}
