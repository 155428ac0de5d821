// Fewer, wider prefixes, where there are more than OSS allows: merged where they have most in common, so that as little
// as possible is heard that no rule asked for.

/**
 * At most `most` (at least 1) prefixes that cover all of these and do not overlap. Deep folders are merged before shallow
 * ones, and a whole bucket last.
 * @param prefixes none of which begins with another, in the order of their code units
 */
export function mergePrefixes(prefixes: readonly string[], most: number): string[] {
  const joints = prefixes.slice(1).map((prefix, index) => jointOf(prefixes[index] ?? '', prefix, index));
  joints.sort((a, b) => b.folders - a.folders || b.text.length - a.text.length || compare(a.text, b.text));
  // Joined to the one before. All that begins with the same text is joined at once: what is left out would overlap it.
  const joined = new Set<number>();
  let text: string | undefined;
  for (const joint of joints) {
    if (joint.text !== text && prefixes.length - joined.size <= most) break;
    text = joint.text;
    joined.add(joint.after + 1);
  }
  const merged: string[] = [];
  for (const [index, prefix] of prefixes.entries()) {
    if (joined.has(index)) merged.push(commonStart(merged.pop() ?? prefix, prefix));
    else merged.push(prefix);
  }
  return merged;
}

/** What two neighbours have in common. */
interface Joint {
  readonly text: string;
  readonly folders: number;
  readonly after: number;
}

function jointOf(one: string, other: string, after: number): Joint {
  const text = commonStart(one, other);
  return { text, folders: text.split('/').length, after };
}

/** The longest text that both start with; no half of a character. */
function commonStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one.charCodeAt(length) === other.charCodeAt(length)) length += 1;
  const text = one.slice(0, length);
  return text.isWellFormed() ? text : text.slice(0, -1);
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
