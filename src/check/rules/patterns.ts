// Conditions that are written as patterns, paths or lists: they are compared as they stand, so that only keys with
// those very characters match. Said where such characters are hardly meant: "(1)" and "[x]" are in real keys.
import { showText } from '../../rules/issue.js';
import type { Rule } from '../../rules/rule.js';
import { type Finding, finding } from '../finding.js';

export const conditions = { prefix: 'prefixes', suffix: 'suffixes', exclude: 'excludes' } as const;
type ConditionName = keyof typeof conditions;

/** Texts of conditions that look like something else than the beginning or end of a key. */
export function patterns({ when }: Rule, index: number): Finding[] {
  return (Object.keys(conditions) as ConditionName[]).flatMap((condition) =>
    when[conditions[condition]].flatMap((text) => {
      const where = `rules[${index}].when.${condition}`;
      if (text.includes('*')) {
        const message = `${showText(text)} is compared as it stands: "*" is no wildcard, and only keys with an asterisk match`;
        return [finding('warning', 'literalAsterisk', where, message, withoutAsterisk(condition, text, when))];
      }
      const found = kindsOf(condition).find(({ written }) => written.test(text));
      if (found === undefined) return [];
      const message = `${showText(text)} is compared as it stands: ${found.why}`;
      return [finding('warning', 'literalPattern', where, message, found.fix?.(text) ?? listThem(condition))];
    }),
  );
}

function listThem(condition: ConditionName): string {
  return `list the ${condition === 'suffix' ? 'suffixes' : 'folders'} that are meant, one by one`;
}

/** A literal in its place only where it asks for the same keys, and excludes no whole prefix. */
function withoutAsterisk(condition: ConditionName, text: string, { prefixes }: Rule['when']): string {
  if (/^[*.]+$/.test(text)) return `leave ${condition} out`;
  const [, literal] = (condition === 'suffix' ? /^\*+([^*]+)$/ : /^([^*]+)\*+$/).exec(text) ?? [];
  const whole = condition === 'exclude' && prefixes.some((prefix) => prefix.startsWith(literal ?? ''));
  return literal === undefined || whole ? listThem(condition) : showText(literal);
}

interface Kind {
  readonly written: RegExp;
  readonly why: string;
  readonly fix?: (text: string) => string | undefined;
}

const kinds: readonly Kind[] = [
  {
    written: /^[a-z0-9]+:\/\/[^/]*\//i,
    why: 'a key does not begin with an address or a bucket',
    fix: (text) => showText(text.replace(/^[a-z0-9]+:\/\/[^/]*\//i, '')),
  },
  {
    written: /\{(?:key|dir|file|name|ext|bucket|rule|year|month|day|etag)\}/,
    why: 'variables are for "to.key" alone, and only keys with these braces match',
  },
  {
    written: /\?|\([^()]*\|[^()]*\)|\[\^?(?:\w-\w)+\]|\\[.dws]|^\^|\$$/i,
    why: 'it is no pattern, and only keys with these very characters match',
  },
  {
    written: /(?:%[0-9a-f]{2})+/i,
    why: 'keys are literal, and %20 is three characters',
    fix: (text) => {
      const plain = decoded(text);
      return plain && `${showText(plain)}, unless keys really have the percent signs`;
    },
  },
];

const suffixKinds: readonly Kind[] = [
  {
    written: /[,;] *\./,
    why: 'it is one suffix, with a comma in it',
    fix: (text) =>
      `a list: [${text
        .split(/[,;]/)
        .map((one) => showText(one.trim()))
        .join(', ')}]`,
  },
  {
    written: /\s$/,
    why: 'it ends in a space, and so must the keys',
    fix: (text) => showText(text.trimEnd()),
  },
];

function kindsOf(condition: ConditionName): readonly Kind[] {
  return condition === 'suffix' ? [...suffixKinds, ...kinds] : kinds;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
