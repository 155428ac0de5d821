// Merges prefixes into fewer, wider ones, where there are more than OSS allows: those that have most in common first,
// so that as few keys as possible are covered that no rule asks for.
import { commonStart } from '../../rules/common-start.js';

/**
 * At most `most` (at least 1) prefixes that cover all of these and do not overlap. Deep folders are merged before
 * shallow ones, and a whole bucket last.
 * @param prefixes none of which begins with another, in the order of their code units
 */
export function mergePrefixes(prefixes: readonly string[], most: number): string[] {
  // What two neighbours have in common.
  const joints = prefixes.slice(1).map((prefix, index) => {
    const text = commonStart(prefixes[index] ?? '', prefix);
    return { text, folders: text.split('/').length, next: index + 1 };
  });
  joints.sort((a, b) => b.folders - a.folders || b.text.length - a.text.length || (a.text < b.text ? -1 : 1));
  // The prefixes that are joined to the one before. All that begin with the same text are joined at once: any other
  // would overlap the result.
  const joined = new Set<number>();
  let text: string | undefined;
  for (const joint of joints) {
    if (joint.text !== text && prefixes.length - joined.size <= most) break;
    text = joint.text;
    joined.add(joint.next);
  }
  const merged: string[] = [];
  for (const [index, prefix] of prefixes.entries()) {
    if (joined.has(index)) merged.push(commonStart(merged.pop() ?? prefix, prefix));
    else merged.push(prefix);
  }
  return merged;
}
