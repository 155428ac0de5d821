// The stored recording, and what to say where another one differs from it.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { Recorded } from './instance.js';

const stored = new URL('recording.jsonl.br', import.meta.url);

/** How a failure says what to do. */
const renewal =
  'If it is meant, UPDATE_RECORDING=1 npx vitest run --project slow test/recorder stores what there is now.';

export function parseRecording(text: string): Recorded[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded);
}

export function storedRecording(): string {
  return brotliDecompressSync(readFileSync(stored)).toString();
}

export function bytesStored(): number {
  return statSync(stored).size;
}

export function storeRecording(text: string): void {
  // Cases resemble each other over megabytes, so the window is as wide as it can be; more effort gains 5 % in half a
  // minute.
  const params = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 9 };
  writeFileSync(stored, brotliCompressSync(text, { params }));
}

/** What is different, for people; undefined where nothing is. `about` tells more of a case. */
export function difference(
  expected: readonly Recorded[],
  got: readonly Recorded[],
  about: (name: string) => string,
): string | undefined {
  const [before, now] = [expected, got].map((cases) => new Map(cases.map(({ name, lines }) => [name, lines])));
  const names = [...new Set([...expected, ...got].map(({ name }) => name))];
  const differing = names.filter((name) => firstDifference(before?.get(name), now?.get(name)) !== undefined);
  const [first] = differing;
  if (first === undefined) return undefined;
  const [was, is] = [before?.get(first) ?? [], now?.get(first) ?? []];
  const at = firstDifference(was, is) ?? 0;
  const others = differing.slice(1, 11).map((name) => `\n  ${name}`);
  return [
    `The function does not do what was recorded, in ${differing.length} of ${names.length} cases.`,
    `First in the case "${first}", line ${at + 1}:`,
    ...lastWholeLines(is.slice(0, at)).map((line) => `     after: ${shown(line, 0)}`),
    ...window(was[at] ?? '(nothing)', is[at] ?? '(nothing)'),
    about(first),
    `${others.length === 0 ? '' : `Others that differ:${others.join('')}\n`}${renewal}`,
  ].join('\n');
}

function firstDifference(was: readonly string[] = [], is: readonly string[] = []): number | undefined {
  for (let at = 0; at < Math.max(was.length, is.length); at += 1) if (was[at] !== is[at]) return at;
  return undefined;
}

/** Requests, log lines and the like, without the headers and bodies that are indented below them. */
function lastWholeLines(lines: readonly string[]): string[] {
  return lines.filter((line) => !line.startsWith('  ')).slice(-2);
}

/** Two lines around where they begin to differ. */
function window(was: string, is: string): string[] {
  let same = 0;
  while (same < was.length && was[same] === is[same]) same += 1;
  const from = Math.max(0, same - 80);
  return [`  recorded: ${shown(was, from)}`, `       now: ${shown(is, from)}`];
}

function shown(line: string, from: number): string {
  const end = from + 400;
  return `${from > 0 ? '…' : ''}${line.slice(from, end)}${line.length > end ? '…' : ''}`;
}
