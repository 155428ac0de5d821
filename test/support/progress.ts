// The progress of the laboratories that a person starts.

/** Replaces the line on stderr, if that is a terminal. */
export function showInPlace(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
