// The progress of long work: in place on a terminal, else a line now and then, so that a log shows that the work goes
// on.

export interface Progress {
  /** A step further. */
  step(text: string): void;
  /** Prints something else without disturbing the progress. */
  aside(print: () => void): void;
  end(): void;
}

const stepsPerLine = 100;
/** ms */
const longestSilence = 30_000;

export interface ProgressOptions {
  readonly terminal: boolean;
  readonly write: (text: string) => void;
}

/** Shows `text` until the first step. */
export function showProgress(text: string, { terminal, write }: ProgressOptions): Progress {
  let latest = text;
  let steps = 0;
  const replaceLine = (shown: string): void => {
    if (terminal) write(`\r\u001b[K${shown}`);
  };
  const line = (): void => {
    steps = 0;
    write(`${latest}\n`);
    silence?.refresh();
  };
  const silence = terminal ? undefined : setInterval(line, longestSilence);
  replaceLine(latest);
  return {
    step(now) {
      latest = now;
      steps += 1;
      replaceLine(latest);
      if (!terminal && steps === stepsPerLine) line();
    },
    aside(print) {
      replaceLine('');
      print();
      replaceLine(latest);
    },
    end() {
      clearInterval(silence);
      replaceLine('');
    },
  };
}
