// Requests that no one waits for any more: the connection is lost, or the instance killed, and OSS goes on.
import type { Step } from './explore.js';
import type { Setting } from './invocation.js';
import { bytesAfter, good } from './script.js';
import type { Late, Run, State } from './state.js';

/** A request without an owner: OSS has dropped it, or goes on with it. */
export function leftBehind(state: State, { asks, read, call }: Run): State[] {
  if (asks === 'head') return [state];
  const id = call === 0 ? nextCall(state) : call;
  return [ended(state, call), { ...state, late: [...state.late, { id, asks, read }] }];
}

/** A name for one more request. */
export function nextCall({ late, runs }: State): number {
  return Math.max(0, ...late.map(({ id }) => id), ...runs.map(({ call }) => call)) + 1;
}

/** No one waits for a request any more. */
export function ended(state: State, call: number): State {
  const runs = state.runs.map((run) => {
    return run.waitsFor.includes(call) ? { ...run, waitsFor: run.waitsFor.filter((id) => id !== call) } : run;
  });
  return { ...state, runs };
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
  const over = { ...ended(state, late.id), late: others };
  if (late.asks === 'delete')
    return { label: () => '  a late request deletes the derivative', to: { ...over, derivative: '' } };
  if (late.read === '') return { label: () => '  a late request comes to nothing', to: over };
  return {
    label: () => `  a late request writes the derivative of ${late.read}`,
    to: { ...over, derivative: late.read },
  };
}
