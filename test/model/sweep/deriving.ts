// One derivative brought up to date: acts, looks at the source, and acts again if it has changed, as the model of
// settling (../invocation.ts) does; here a step is one request, and the source's version is always known. A unit does
// not act again (making.ts).
//
// A relay needs no steps of its own: its GET is the `call`, its PUT the `read` whose write is to come, and what OSS
// answers with 412 is like what it has no time for. A unit that is killed leaves less behind, since a GET writes
// nothing: its PUT, which is begun before the deadline that `begun` names, as every call is. So what is held for 15
// minutes after it covers relays, too.
import { bad, datesOf, placed, type Run, type Setting, type State } from './state.js';

/** What came of a request; without `run`, it is over. */
export interface Derived {
  readonly what: string;
  readonly to: State;
  readonly run?: Run;
  /** OSS has read a source for its first process call. */
  readonly called?: boolean | undefined;
  readonly wrote?: boolean | undefined;
}

/** The run of what a journal record, or a redo, brings: it looks first. */
export function lookingFirst(key: number): Run {
  return { key, asks: 'head', assumed: 0, read: 0, first: true };
}

/** The run of an upload or of a listed source. */
export function actingFirst(key: number, version: number): Run {
  return { key, asks: 'call', assumed: version, read: 0, first: true };
}

export function requestSteps(state: State, run: Run, setting: Setting): Derived[] {
  const { key, asks, assumed, read, first } = run;
  const source = state.places[key]?.source ?? 0;
  switch (asks) {
    case 'head':
      return [{ what: `HEAD sees ${source || 'no source'}`, to: state, ...actOn(run, source, setting) }];
    case 'look': {
      const next = source === assumed ? {} : actOn(run, source, setting);
      return [{ what: `HEAD sees ${source || 'no source'}`, to: state, ...next }];
    }
    case 'call':
      if (source === 0) return [{ what: 'OSS finds no source', to: state, called: first }];
      if (bad(setting, key, source)) {
        return [{ what: `OSS cannot process ${source}`, to: placed(state, key, { failed: source }), called: first }];
      }
      return [{ what: `OSS reads ${source}`, to: state, run: { ...run, asks: 'read', read: source }, called: first }];
    case 'read':
      return datesOf(state, setting).map((date) => ({
        what: `OSS writes the derivative of ${read}`,
        to: placed({ ...state, now: date }, key, { derivative: read, writtenAt: date }),
        run: { ...run, asks: 'look', read: 0, first: false },
        wrote: true,
      }));
    case 'delete':
      return [
        {
          what: 'OSS deletes the derivative',
          to: placed(state, key, { derivative: 0 }),
          run: { ...run, asks: 'look', first: false },
        },
      ];
  }
}

function actOn(run: Run, source: number, { removes }: Setting): { run?: Run } {
  if (source !== 0) return { run: { ...run, asks: 'call', assumed: source } };
  return removes ? { run: { ...run, asks: 'delete', assumed: 0 } } : {};
}
