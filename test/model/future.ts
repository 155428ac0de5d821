// The key of a state: what can still make a difference to the claim, and nothing else. Of states with the same key one
// is explored for all: their next states have the same keys again (a bisimulation). What is left out is never read
// again, or only to see that it is not what the claim wants:
// - bytes that OSS has read or written: the claim asks only whether they are the last ones of the script, and so are
//   what headers name. Those of a derivative are of no account while a request for it is on its way that is sure to
//   write or to delete;
// - a failure on record: the claim asks for it only where the last bytes cannot be processed;
// - which version a run assumes, where the source will never have these bytes again: every look sees another one;
// - which write a run is about: a run that cannot begin again for it knows no more than whether its event is a removal.
//   Each run of an event accounts for its write when it ends, so that only a write without such a run is of account.
import { madeOf, type Setting } from './invocation.js';
import { bytesAfter, deletes, good } from './script.js';
import { type Call, callFlags, faultsLeft, type Late, type Run, resultsText, type State } from './state.js';

/** For a setting: the same text for states that have the same future. */
export function futureIn(setting: Setting): (state: State) => string {
  const { script, design, removes, outputs } = setting;
  const removal = [...script].map(deletes);
  const last = bytesAfter(setting, script.length);
  const failureCounts = last !== '' && !good(last);
  /** What the source has now or later, by how many steps are done. */
  const toCome = Array.from({ length: script.length + 1 }, (_, done) => {
    return new Set([...script.slice(done), ''].map((_, more) => bytesAfter(setting, done + more)));
  });
  const wanted = outputs.map((_, output) => madeOf(last, output, last, setting));

  /** Whether the claim would take this derivative at the end. */
  const verdict = (made: string, output: number): string => {
    const wrong = last === '' ? removes && made !== '' : good(last) && made !== wanted[output];
    return wrong ? '!' : '.';
  };
  const readText = (read: string, output: number): string => (read === '' ? '' : verdict(read, output));
  const lateText = ({ output, asks, read }: Late): string => `${output || ''}${asks[1]}${readText(read, output)}`;
  const callText = (call: Call): string => {
    return `${call.output || ''}${readText(call.read, call.output)}${callFlags(call)}&`;
  };

  function assumedText({ settling: { assumed } }: Run, done: number): string {
    if (assumed === 'unknown') return 'u';
    const [bytes, from] = assumed === 'absent' ? ['', 'h'] : [assumed.version.etag, assumed.version.from[0]];
    if (toCome[done]?.has(bytes) !== true) return from ?? '';
    return assumed === 'absent' ? 'a' : `${from}${bytes}${assumed.version.id ?? assumed.version.modified}`;
  }

  /** `again`: a run may have to begin once more. */
  function runText(run: Run, done: number, again: boolean): string {
    const { task, calls, rounds, results } = run;
    const { unconfirmed, refused, rounds: acts } = run.settling;
    const removed = removal[task.about] === true;
    const event = task.from === 'event';
    const begun = run.begun || event;
    const startsAgain = again || !design.looksBeforeRerun;
    const flags =
      (removed ? 1 : 0) +
      ((removed || startsAgain) && task.anyVersion ? 2 : 0) +
      ((removed || (again && !event)) && task.unconfirmed ? 4 : 0) +
      (begun ? 8 : 0) +
      (unconfirmed === 'none' ? 0 : unconfirmed === 'earlier invocation' ? 32 : 64) +
      (refused ? 128 : 0) +
      (again && event ? 1024 : 0) +
      ((again || !begun) && task.from === 'failure' ? 2048 : 0);
    const about = startsAgain && !task.anyVersion ? task.about : '';
    const only = task.only === undefined || (begun && rounds > 0 && !again) ? '' : `o${task.only}`;
    const asked =
      calls.length === 0 ? 'h' : calls.length === 1 ? callText(calls[0] as Call) : calls.map(callText).join('');
    return `${about}${only}${asked}${rounds}${acts}${assumedText(run, done)}.${flags}${resultsText(results)}.`;
  }

  /** A request for this derivative is sure to write or to delete. */
  const isSure = ({ late, runs, faults }: State, output: number): boolean => {
    if (late.some((one) => one.output === output && (one.asks === 'delete' || one.read !== ''))) return true;
    const { lost, killed, refused, rejected } = faults;
    if (lost + killed > 0) return false;
    return runs.some(({ calls }) => {
      return calls.some((call) => {
        if (call.output !== output || call.end !== undefined) return false;
        if (call.asks === 'delete') return refused === 0;
        return call.read !== '' && (call.asks === 'process' || refused + rejected === 0);
      });
    });
  };

  return (state) => {
    const { done, derivatives, failed, rejected, accounted, runs, late, faults } = state;
    const again = faults.killed > 0 || faults.journal > 0;
    const texts = runs.map((run) => runText(run, done, again));
    const lateTexts = late.map((one) => ({ id: one.id, text: lateText(one) }));
    const reading = runs.flatMap(({ calls }, index) => {
      return calls.flatMap(({ id, output }) => (id === 0 ? [] : [{ id, text: `${texts[index]}/${output}` }]));
    });
    const calls = [...lateTexts.sort(byText), ...reading.sort(byText)];
    const running = runs.map(({ waitsFor }, index) => {
      const waits = waitsFor.length === 0 ? '' : calls.map(({ id }) => (waitsFor.includes(id) ? 1 : 0)).join('');
      return `${texts[index]}${waits}`;
    });
    let open = accounted;
    for (const { task } of runs) if (task.from === 'event') open |= 1 << task.about;
    const unaccounted = open !== 2 ** done - 1;
    let made = '';
    for (let output = 0; output < outputs.length; output += 1) {
      if (!isSure(state, output)) made += verdict(derivatives[output] ?? '', output);
      if (rejected[output] === last) made += 'r';
      made += ',';
    }
    if (failureCounts) made += failed;
    const left = faultsLeft(state);
    return `${done}${made}${unaccounted ? '?' : ''},${left},${lateTexts.map(({ text }) => text).join()}|${running.sort().join()}`;
  };
}

function byText(one: { readonly text: string }, other: { readonly text: string }): number {
  return one.text < other.text ? -1 : one.text > other.text ? 1 : 0;
}
