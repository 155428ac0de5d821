// What is claimed of the end of every interleaving.
import { madeOf, nameOf, type Setting } from './invocation.js';
import { bytesAfter, good } from './script.js';
import type { State } from './state.js';

/** What the claim says of the end: nothing lost, nothing stale. */
export function problemOf(state: State, setting: Setting): string | undefined {
  if (state.runs.length > 0) return 'something waits for ever';
  if (state.accounted !== 2 ** state.done - 1) return 'an upload is not accounted for';
  for (const output of setting.outputs.keys()) {
    const problem = problemOfOutput(state, output, setting);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOfOutput(state: State, output: number, setting: Setting): string | undefined {
  const derivative = state.derivatives[output] ?? '';
  const last = bytesAfter(setting, state.done);
  const has = derivative === '' ? 'there is no derivative' : `the derivative is of ${nameOf(derivative)}`;
  if (last === '') return setting.removes && derivative !== '' ? `the source is deleted, ${has}` : undefined;
  const onRecord = good(last) ? state.rejected[output] === last : (state.failed & (1 << output)) !== 0;
  if (!good(last)) return onRecord ? undefined : `the source is ${last}, its failure is not on record`;
  return onRecord || derivative === madeOf(last, output, last, setting) ? undefined : `the source is ${last}, ${has}`;
}
