// Keys that look like what a rule asks for and are not: é is one character, or an e and an accent, and OSS compares
// bytes. macOS names files in the second way (decomposed), keyboards type the first.
import type { ObjectName } from '../../oss/object-name.js';
import { showText } from '../../rules/issue.js';
import type { Rule } from '../../rules/rule.js';
import { foldCase } from '../../rules/target-pattern.js';

/** What each rule of the bucket would say of the key if both were in one form of Unicode, where that differs. */
export function lookalikes(rules: readonly Rule[], { bucket, key }: ObjectName): string[] {
  const composed = key.normalize();
  return rules.flatMap(({ name, when }, index) => {
    if (!when.buckets.includes(bucket)) return [];
    const begins = (literal: string, text: string) => text.startsWith(literal);
    const ends = (literal: string, text: string) => foldCase(text).endsWith(literal);
    return [
      ...when.prefixes.map((literal) => ['prefix', literal, begins] as const),
      ...when.suffixes.map((literal) => ['suffix', literal, ends] as const),
      ...when.excludes.map((literal) => ['exclude', literal, begins] as const),
    ]
      .filter(([, literal, holds]) => !holds(literal, key) && holds(literal.normalize(), composed))
      .map(([condition, literal]) => {
        const rule = `rule ${name} (rules[${index}])`;
        return `${condition} ${shown(literal)} of ${rule} only looks like a part of this key, ${shown(key)}: OSS compares bytes. Name it in both forms in the rule, or rename the object`;
      });
  });
}

/** The text with escapes for what has another form. */
function shown(text: string): string {
  return showText(text).replace(/\P{ASCII}/gu, (character) =>
    character.normalize('NFD') === character && !/\p{M}|[\u1100-\u11ff]/u.test(character)
      ? character
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
