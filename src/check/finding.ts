// What `check` finds, and the command that findings about triggers advise.
import { shellWord } from '../terminal/shell-quote.js';

/**
 * The worst first. error: it cannot work, or loses something. warning: not what was meant, or more expensive than
 * needed. info: good to know.
 */
export const severities = ['error', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

export interface Finding {
  readonly severity: Severity;
  /** Names the kind of finding; lint of styles brings its own. */
  readonly code: string;
  /** The place in the file, e.g. `rules[0].outputs[1].to.key`; empty for the whole. */
  readonly where: string;
  readonly message: string;
  /** What to write instead, or to do. */
  readonly fix: string;
}

export function finding(severity: Severity, code: string, where: string, message: string, fix: string): Finding {
  return { severity, code, where, message, fix };
}

/**
 * The command that writes the triggers that the rules need into s.yaml.
 * @param config the rules as the user named them; undefined: src/config.ts
 * @param file s.yaml as the user named it; undefined: that of the project
 */
export function writeTriggersCommand(config?: string, file?: string): string {
  const flags = [config && `--config ${shellWord(config)} `, file && `--file ${shellWord(file)} `];
  return `npm run triggers -- ${flags.join('')}--write`;
}
