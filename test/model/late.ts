// Requests that no one waits for any more: the connection is lost, or the instance killed, and OSS goes on.
import type { Step } from './explore.js';
import type { Setting } from './invocation.js';
import { bytesAfter, good } from './script.js';
import type { Late, Run, State } from './state.js';

/** A request without an owner: OSS has dropped it, or goes on with it. */
export function leftBehind(state: State, { asks, read }: Run): State[] {
  if (asks === 'head') return [state];
  const id = Math.max(-1, ...state.late.map((late) => late.id)) + 1;
  return [state, { ...state, late: [...state.late, { id, asks, read }] }];
}

export function lateStep(state: State, late: Late, setting: Setting): Step<State> {
  const others = state.late.filter(({ id }) => id !== late.id);
  const bytes = bytesAfter(setting, state.done);
  if (late.asks === 'process' && late.read === '' && good(bytes)) {
    return {
      label: () => `  a late request reads ${bytes}`,
      to: { ...state, late: [...others, { ...late, read: bytes }] },
    };
  }
  const runs = state.runs.map((run) => {
    return run.waitsFor.includes(late.id) ? { ...run, waitsFor: run.waitsFor.filter((id) => id !== late.id) } : run;
  });
  const over = { ...state, late: others, runs };
  if (late.asks === 'delete')
    return { label: () => '  a late request deletes the derivative', to: { ...over, derivative: '' } };
  if (late.read === '') return { label: () => '  a late request comes to nothing', to: over };
  return {
    label: () => `  a late request writes the derivative of ${late.read}`,
    to: { ...over, derivative: late.read },
  };
}
