// Texts arranged by which is a prefix of which: the structure under the loop proof, for prefixes as they are and for
// suffixes reversed.

export interface PrefixNode {
  readonly text: string;
  /** The longest other text that this one starts with. */
  readonly parent: PrefixNode | undefined;
}

/** All distinct texts in the order in which a text comes before every text that starts with it. */
export function prefixTree(texts: Iterable<string>): PrefixNode[] {
  // Code units, not locale: this order alone puts all texts with one prefix side by side.
  const sorted = [...new Set(texts)].sort();
  const nests: PrefixNode[] = [];
  let parent: PrefixNode | undefined;
  for (const text of sorted) {
    while (parent !== undefined && !text.startsWith(parent.text)) parent = parent.parent;
    parent = { text, parent };
    nests.push(parent);
  }
  return nests;
}
