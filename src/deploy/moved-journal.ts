// A journal that moved: records in its former place are not run any more, until they are brought along.
import { objectUri } from '../oss/object-name.js';
import type { Journal } from '../rules/rule.js';
import { shellWord } from '../terminal/shell-quote.js';

/** Whether both write their records to the same place, or both keep none. */
export function sameJournal(one: Journal | 'throw', other: Journal | 'throw'): boolean {
  if (one === 'throw' || other === 'throw') return one === other;
  return one.bucket === other.bucket && one.prefix === other.prefix;
}

/** What to do about the records in a former place. */
export function takeAlong({ bucket, prefix }: Journal): string {
  const from = shellWord(objectUri(bucket, prefix));
  return `when no instance runs the rules before any more, after a few minutes: npm run replay -- --journal ${from} takes them along`;
}
