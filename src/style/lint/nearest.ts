// The name that was probably meant: near enough in spelling, or a parameter's one-letter key for the word that
// was written.

/** The one of `names` that `name` misspells, if there is one. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  // Longer than any name, and so never a misspelling of one.
  if (name.length > 32) return undefined;
  const folded = fold(name);
  const [best] = names
    .map((candidate) => ({ candidate, distance: distance(folded, fold(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const near = Math.floor(name.length / 3);
  if (best !== undefined && best.distance <= near && best.distance < best.candidate.length) return best.candidate;
  if (best?.distance === 0) return best.candidate;
  // OSS's keys are initials: width, height, mode, gravity, radius.
  return name.length > 2 ? names.find((candidate) => candidate === folded[0]) : undefined;
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '');
}

// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.
function distance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((row[j - 1] ?? 0) + 1, (previous[j] ?? 0) + 1, (previous[j - 1] ?? 0) + same);
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
