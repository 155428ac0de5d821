// Places in a text that is edited: lines, and the parts that mistakes mark.

/** A part of a text, from `start` up to `end`, in characters. */
interface TextPart {
  readonly start: number;
  readonly end: number;
}

/** Line and column of a character, both from 1. */
export function placeAt(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at);
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n') };
}

/** How many lines a text has. */
export function lineCount(text: string): number {
  return text.split('\n').length;
}

/** The text cut into pieces, of which some are marked; they make up the whole again. */
export function markedPieces(
  text: string,
  parts: readonly TextPart[],
): readonly { readonly text: string; readonly marked: boolean }[] {
  const pieces: { text: string; marked: boolean }[] = [];
  let at = 0;
  const sorted = parts.map((part) => visible(text, part)).sort((one, other) => one.start - other.start);
  for (const { start, end } of sorted) {
    const from = Math.max(at, start);
    if (end <= from) continue;
    if (from > at) pieces.push({ text: text.slice(at, from), marked: false });
    pieces.push({ text: text.slice(from, end), marked: true });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), marked: false });
  return pieces;
}

/** At least one character, on the line where it begins: what is missing has none of its own. */
function visible(text: string, { start, end }: TextPart): TextPart {
  if (end > start) return { start, end };
  const isEnd = start >= text.length || text[start] === '\n';
  return isEnd ? { start: Math.max(0, start - 1), end: start } : { start, end: start + 1 };
}
