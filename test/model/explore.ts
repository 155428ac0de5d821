// Explicit-state search: every state that any order of steps can reach, breadth first, each state once. What it finds
// first is therefore a shortest way to break the claim, and it says that way step by step.

/** Pure state transitions, and what must hold. */
export interface Machine<S> {
  readonly initial: S;
  /** The same text for states that have the same future. */
  key(state: S): string;
  /** Every next state, with what happens on the way. */
  steps(state: S): readonly Step<S>[];
  /** What is wrong where nothing can happen any more. */
  problem(end: S): string | undefined;
}

export interface Step<S> {
  /** Only asked for in a trace: most steps are never told. */
  readonly label: () => string;
  readonly to: S;
}

export interface Exploration {
  readonly states: number;
  /** States where nothing can happen any more. */
  readonly ends: number;
  readonly counterExample?: { readonly problem: string; readonly trace: readonly string[] };
}

/** @throws RangeError at more than `limit` states */
export function explore<S>(machine: Machine<S>, limit = 5_000_000): Exploration {
  const known = new Set([machine.key(machine.initial)]);
  // From which state each was first reached, and by which of its steps: two numbers, so that millions fit.
  const from: number[] = [-1];
  const by: number[] = [-1];
  let frontier = [{ id: 0, state: machine.initial }];
  let ends = 0;
  while (frontier.length > 0) {
    const next: typeof frontier = [];
    for (const { id, state } of frontier) {
      const steps = machine.steps(state);
      if (steps.length === 0) {
        ends += 1;
        const problem = machine.problem(state);
        if (problem !== undefined) {
          return { states: known.size, ends, counterExample: { problem, trace: traceTo(id, from, by, machine) } };
        }
      }
      for (const [index, { to }] of steps.entries()) {
        const before = known.size;
        if (before === known.add(machine.key(to)).size) continue;
        if (before === limit) throw new RangeError(`more than ${limit} states`);
        from.push(id);
        by.push(index);
        next.push({ id: before, state: to });
      }
    }
    frontier = next;
  }
  return { states: known.size, ends };
}

/** The steps are taken once more: they are the same each time. */
function traceTo<S>(end: number, from: readonly number[], by: readonly number[], machine: Machine<S>): string[] {
  const choices: number[] = [];
  for (let id = end; id > 0; id = from[id] ?? 0) choices.unshift(by[id] ?? 0);
  const trace: string[] = [];
  let state = machine.initial;
  for (const choice of choices) {
    const step = machine.steps(state)[choice];
    if (step === undefined) throw new Error('the steps of a state are not the same each time');
    trace.push(step.label());
    state = step.to;
  }
  return trace;
}
