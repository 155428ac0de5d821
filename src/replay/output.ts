// What an action of a replay is told, and where it prints.
import type { Ask } from '../terminal/ask.js';
import type { Progress } from '../terminal/progress.js';

export interface Output {
  /** Discard without a question. */
  readonly yes: boolean;
  /** Undefined: there is nobody to ask. */
  readonly ask: Ask | undefined;
  readonly json: boolean;
  readonly out: (text: string) => void;
  readonly progress: Progress;
  /** The journal, as people call it. */
  readonly where: string;
  readonly concurrency: number;
}

/** JSON for a program, ended by a line break. */
export function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
