// Commands to be pasted into a POSIX shell.

/** The text as one word of the shell: as it is where every shell reads it so, else in single quotes. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
