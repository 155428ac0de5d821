// Takes figures one after the other, each once more where it misses a budget: only what is missed twice is missed.
import { type Verdict, verdictsOn } from './budgets.js';
import type { Figure, Row } from './figures/figure.js';
import type { Lab } from './lab.js';

export interface Taken {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly Row[];
  readonly verdicts: readonly Verdict[];
}

/** `fresh` gives a lab that has measured nothing yet. The second tries share one. */
export async function takeFigures(figures: readonly Figure[], fresh: () => Lab): Promise<Taken[]> {
  const [lab, secondLab] = [fresh(), fresh()];
  const results: Taken[] = [];
  for (const figure of figures) {
    const first = await take(figure, lab);
    results.push(allHeld(first) ? first : await take(figure, secondLab));
  }
  return results;
}

async function take({ name, title, run }: Figure, lab: Lab): Promise<Taken> {
  const rows = await run(lab);
  return { name, title, rows, verdicts: verdictsOn(name, rows, lab.thorough) };
}

/** Whether no budget is missed. */
export function allHeld({ verdicts }: Pick<Taken, 'verdicts'>): boolean {
  return verdicts.every(({ held }) => held !== false);
}
