// How many orphans there are, for a plan.
import type { Rule } from '../rules/rule.js';
import type { OrphanCounts } from './counts.js';
import { findOrphans, type OrphanSearch, orphanText } from './orphans.js';
import type { Plan } from './plan.js';
import { tellsSource } from './possible-sources.js';

const maxExamples = 10;

/** Looks for all of them. @param onPage called with how many objects were seen, and the last key */
export async function countOrphans(
  search: OrphanSearch,
  onPage: (seen: number, at: string) => void,
): Promise<{ readonly all: NonNullable<Plan['orphans']>; readonly of: OrphanCounts }> {
  const counts = new Map<string, number>();
  const place = (rule: string, output: number): string => `${output} ${rule}`;
  const examples: string[] = [];
  let seen = 0;
  let targets = 0;
  let sources = 0;
  for await (const page of findOrphans(search)) {
    seen += page.seen;
    for (const orphan of page.orphans) {
      const { rule, output, first } = orphan;
      counts.set(place(rule, output), (counts.get(place(rule, output)) ?? 0) + 1);
      targets += 1;
      if (first) sources += 1;
      if (examples.length < maxExamples) examples.push(orphanText(orphan));
    }
    onPage(seen, page.at);
  }
  const of = (rule: Rule, at: number): number | undefined => {
    const output = rule.outputs[at];
    const searched = search.rule === undefined || search.rule === rule.name;
    if (output === undefined || !searched || !tellsSource(output, rule)) return undefined;
    return counts.get(place(rule.name, at)) ?? 0;
  };
  return { all: { targets, sources, examples }, of };
}
