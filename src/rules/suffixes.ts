// Counts suffixes, so that "with how many of these could a key end that ends with this one?" takes no search. Two
// suffixes are compatible when one ends with the other, so that one key can end with both.

/** Counts occurrences of suffixes. */
export interface SuffixCount {
  add(suffix: string, change: 1 | -1): void;
  /** How many of those counted are compatible with this one. */
  compatible(suffix: string): number;
}

interface Count {
  here: number;
  below: number;
}

/** Makes counters for these suffixes and no others. */
export function suffixCounters(suffixes: Iterable<string>): () => SuffixCount {
  // Reversed, a suffix starts with the suffixes that it ends with.
  const parents = new Map<string, string | undefined>();
  for (const { text, parent } of prefixTree(Array.from(new Set(suffixes), reversed))) {
    parents.set(reversed(text), parent && reversed(parent.text));
  }
  return () => {
    const counts = new Map<string, Count>();
    return {
      add(suffix, change) {
        const count = entry(counts, suffix);
        count.here += change;
        count.below += change;
        for (let above = parents.get(suffix); above !== undefined; above = parents.get(above)) {
          entry(counts, above).below += change;
        }
      },
      compatible(suffix) {
        // Those that end with it are counted in `below`; it ends with those above it.
        let total = counts.get(suffix)?.below ?? 0;
        for (let above = parents.get(suffix); above !== undefined; above = parents.get(above)) {
          total += counts.get(above)?.here ?? 0;
        }
        return total;
      },
    };
  };
}

interface PrefixNode {
  readonly text: string;
  /** The longest other text that this one starts with. */
  readonly parent: PrefixNode | undefined;
}

/** All distinct texts. A text comes before every text that starts with it. */
export function prefixTree(texts: Iterable<string>): PrefixNode[] {
  // By code units, not by locale: only so do all texts with one prefix stand side by side.
  const sorted = [...new Set(texts)].sort();
  let parent: PrefixNode | undefined;
  return sorted.map((text) => {
    while (parent !== undefined && !text.startsWith(parent.text)) parent = parent.parent;
    parent = { text, parent };
    return parent;
  });
}

/** Whether one key could end with both. */
export function compatible(one: string, other: string): boolean {
  return one.endsWith(other) || other.endsWith(one);
}

function entry(counts: Map<string, Count>, suffix: string): Count {
  let count = counts.get(suffix);
  if (count === undefined) {
    count = { here: 0, below: 0 };
    counts.set(suffix, count);
  }
  return count;
}

function reversed(text: string): string {
  let result = '';
  for (let index = text.length - 1; index >= 0; index -= 1) result += text[index];
  return result;
}
