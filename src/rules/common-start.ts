// What two keys begin with.

/** The longest text that both start with; no half of a character. */
export function commonStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one.charCodeAt(length) === other.charCodeAt(length)) length += 1;
  const text = one.slice(0, length);
  return text.isWellFormed() ? text : text.slice(0, -1);
}
