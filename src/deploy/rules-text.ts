// Rules as a person types them into an editor: JSON, perhaps with comments. Every mistake is found with the characters
// of the text that it is about, so that an editor can show it there.
import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import { adviceOn } from '../rules/advice.js';
import { ConfigError } from '../rules/config-error.js';
import { loadConfig } from '../rules/load.js';
import type { Config } from '../rules/rule.js';
import type { Environment } from '../rules/values.js';
import { refusedStyles } from './build.js';
import { parseText } from './rules-file.js';

/** A mistake in a text: `start` and `end` are characters of it. */
export interface TextMistake {
  /** Such as `rules[0].outputs[1].to.key`; empty for the whole. */
  readonly path: string;
  readonly message: string;
  /** What to write instead. */
  readonly fix?: string | undefined;
  readonly start: number;
  readonly end: number;
}

/** What a text comes to: a configuration, or all that is wrong with it. */
export type RulesOfText =
  | { readonly config: Config; readonly input: unknown }
  | { readonly mistakes: readonly TextMistake[] };

/** Loads the rules of a text as the function would; a style that OSS would refuse on every upload is a mistake too. */
export function rulesOfText(text: string, environment: Environment): RulesOfText {
  const parsed = parseText(text);
  if (!('value' in parsed)) {
    const start = Math.min(parsed.offset, text.length);
    return { mistakes: [{ path: '', message: `not JSON: ${parsed.message}`, start, end: start }] };
  }
  const input = parsed.value;
  const placeOf = placesIn(text);
  try {
    const config = loadConfig(input, environment);
    const mistakes = refusedStyles(config).map(({ path, lint: { message, fix, start, end } }): TextMistake => {
      const place = placeOf(path);
      // Styles need no escapes in JSON, so that their characters stand as they are behind the quote.
      const exact = end > start && text[place.start] === '"' && place.end - place.start > end;
      const inStyle = { start: place.start + 1 + start, end: place.start + 1 + end };
      return { path, message, fix, ...(exact ? inStyle : place) };
    });
    return mistakes.length > 0 ? { mistakes } : { config, input };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const advice = adviceOn(error, input).map(({ path, message, fix }) => ({ path, message, fix, ...placeOf(path) }));
    const whole = { path: '', message: error.message, ...placeOf('') };
    return { mistakes: advice.length > 0 ? advice : [whole] };
  }
}

/** Where a path of a configuration stands: the value there, or of what is missing the nearest that holds it. */
function placesIn(text: string): (path: string) => { start: number; end: number } {
  const root = parseTree(text, [], { allowTrailingComma: true });
  return (path) => {
    const keys = keysOf(path);
    let node: Node | undefined;
    for (let length = keys.length; node === undefined && length >= 0; length -= 1) {
      node = root && findNodeAtLocation(root, keys.slice(0, length));
    }
    // Of an object, its first line is enough.
    const start = node?.offset ?? 0;
    const end = start + (node?.length ?? 0);
    const line = text.indexOf('\n', start);
    return { start, end: line >= start && line < end ? line : end };
  };
}

/** The keys of a path as `joinPath` in rules/issue.ts writes it. */
function keysOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([A-Za-z_$][\w$]*)/g)].map(
    ([, index, quoted, name = '']) => {
      if (index !== undefined) return Number(index);
      return quoted === undefined ? name : (JSON.parse(`"${quoted}"`) as string);
    },
  );
}
