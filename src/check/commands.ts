// The commands that findings advise, for the configuration and the s.yaml that were checked: without their names, a command
// would work on src/config.ts and on the project's own s.yaml.

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
    ...(config === undefined ? [] : [`--config ${word(config)}`]),
    ...(file === undefined ? [] : [`--file ${word(file)}`]),
  ];
}

/** One word of a POSIX shell. */
export function word(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
