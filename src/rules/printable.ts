// Text that is safe in one line of a message, a log or a terminal: uploaders choose the keys that stand in it.

/** Escapes what could begin another line, move the cursor or reorder the line. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}
