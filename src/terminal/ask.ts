// A question that whoever sits at the terminal answers by yes or no.
import { createInterface } from 'node:readline/promises';

export type Ask = (question: string) => Promise<boolean>;

/** Asks on the terminal; undefined: there is nobody to ask. */
export function terminalAsk(): Ask | undefined {
  return process.stdin.isTTY && process.stderr.isTTY ? ask : undefined;
}

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
