// The commands that findings advise, for the configuration and the s.yaml that were checked: without their names, a command
// would work on src/config.ts and on the project's own s.yaml.
import { shellWord } from '../terminal/shell-quote.js';

export interface Named {
  /** As the user named them; absent: those of the project. */
  readonly config?: string | undefined;
  readonly file?: string | undefined;
}

/** Puts the triggers that the rules need into s.yaml. */
export function rewriteTriggers(named: Named): string {
  return `npm run triggers -- ${[...flags(named), '--write'].join(' ')}`;
}

function flags({ config, file }: Named): string[] {
  return [
    ...(config === undefined ? [] : [`--config ${shellWord(config)}`]),
    ...(file === undefined ? [] : [`--file ${shellWord(file)}`]),
  ];
}
