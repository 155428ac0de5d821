// Requests that no one waits for any more: the connection is lost, or the instance killed, and OSS goes on.
import type { Step } from './explore.js';
import { nameOf, type Setting } from './invocation.js';
import { bytesAfter, good } from './script.js';
import type { Call, Late, State } from './state.js';

/**
 * A request without an owner: OSS has dropped it, or goes on with it. Of a relay only a PUT goes on: a GET writes
 * nothing, and what it has read dies with its instance.
 */
export function leftBehind(state: State, { output, asks, read, id: named, end }: Call): State[] {
  if (end !== undefined || asks === 'get' || asks === 'check') return [state];
  // What is held for long (`holdsBriefly`) has no name by which a record could wait for it.
  const id = named !== 0 ? named : asks === 'put' ? -nextCall(state) : nextCall(state);
  return [ended(state, named), { ...state, late: [...state.late, { id, output, asks, read }] }];
}

/** A name for one more request. */
export function nextCall({ late, runs }: State): number {
  let last = 0;
  for (const { id } of late) last = Math.max(last, Math.abs(id));
  for (const { calls } of runs) for (const { id } of calls) last = Math.max(last, id);
  return last + 1;
}

/** No one waits for a request any more. */
export function ended(state: State, call: number): State {
  if (call === 0) return state;
  const runs = state.runs.map((run) => {
    return run.waitsFor.includes(call) ? { ...run, waitsFor: run.waitsFor.filter((id) => id !== call) } : run;
  });
  return { ...state, runs };
}

/** A derivative is written, or deleted where nothing was made. */
export function written(state: State, output: number, made: string): State {
  return { ...state, derivatives: state.derivatives.with(output, made) };
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
    return { label: () => '  a late request deletes the derivative', to: written(over, late.output, '') };
  if (late.read === '') return { label: () => '  a late request comes to nothing', to: over };
  return {
    label: () => `  a late request writes the derivative of ${nameOf(late.read)}`,
    to: written(over, late.output, late.read),
  };
}
