// The key of a state: what can still make a difference to the claim, and nothing else. Of states with the same key one
// is explored for all: their next states have the same keys again (a bisimulation). What is left out is never read
// again, or only to see that it is not what the claim wants:
// - bytes that OSS has read or written: the claim asks only whether they are the last ones of the script. Those of the
//   derivative are of no account while a request is on its way that is sure to write or to delete;
// - a failure on record: the claim asks for it only where the last bytes cannot be processed;
// - which version a run assumes, where the source will never have these bytes again: every look sees another one;
// - which write a run is about: a run that cannot begin again for it knows no more than whether its event is a removal.
//   Each run of an event accounts for its write when it ends, so that only a write without such a run is of account.
import type { Setting } from './invocation.js';
import { bytesAfter, deletes, good } from './script.js';
import type { Late, Run, State } from './state.js';

/** For a setting: the same text for states that have the same future. */
export function futureIn(setting: Setting): (state: State) => string {
  const { script, design, removes } = setting;
  const removal = [...script].map(deletes);
  const last = bytesAfter(setting, script.length);
  const failureCounts = last !== '' && !good(last);
  /** What the source has now or later, by how many steps are done. */
  const toCome = Array.from({ length: script.length + 1 }, (_, done) => {
    return new Set([...script.slice(done), ''].map((_, more) => bytesAfter(setting, done + more)));
  });

  /** Whether the claim would take this derivative at the end. */
  const verdict = (bytes: string): string => {
    const wrong = last === '' ? removes && bytes !== '' : good(last) && bytes !== last;
    return wrong ? '!' : '.';
  };
  const readText = (bytes: string): string => (bytes === '' ? '' : verdict(bytes));
  const lateText = ({ asks, read }: Late): string => (asks === 'delete' ? '-' : `+${readText(read)}`);

  function assumedText({ settling: { assumed } }: Run, done: number): string {
    if (assumed === 'unknown') return 'u';
    const [bytes, from] = assumed === 'absent' ? ['', 'h'] : [assumed.version.etag, assumed.version.from[0]];
    if (toCome[done]?.has(bytes) !== true) return from ?? '';
    return assumed === 'absent' ? 'a' : `${from}${bytes}${assumed.version.id ?? assumed.version.modified}`;
  }

  /** `again`: a run may have to begin once more. */
  function runText(run: Run, done: number, again: boolean): string {
    const { task, asks, read, lost, rounds, result } = run;
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
      (lost ? 16 : 0) +
      (unconfirmed === 'none' ? 0 : unconfirmed === 'earlier invocation' ? 32 : 64) +
      (refused ? 128 : 0) +
      (result === 'permanent' ? 256 : result === 'transient' ? 512 : 0) +
      (again && event ? 1024 : 0) +
      ((again || !begun) && task.from === 'failure' ? 2048 : 0);
    const about = startsAgain && !task.anyVersion ? task.about : '';
    return `${about}${asks[0]}${readText(read)}${rounds}${acts}${assumedText(run, done)}.${flags}.`;
  }

  return ({ done, derivative, failureOnRecord, accounted, runs, late, faults }) => {
    const { lost, killed, head, refused, garbled, journal, twice } = faults;
    const again = killed > 0 || journal > 0;
    const left = lost + 4 * (killed + 4 * (head + 4 * (refused + 4 * (garbled + 4 * (journal + 4 * twice)))));
    const texts = runs.map((run) => runText(run, done, again));
    const lateTexts = late.map((one) => ({ id: one.id, text: lateText(one) }));
    const reading = runs.flatMap(({ call }, index) => (call === 0 ? [] : [{ id: call, text: texts[index] ?? '' }]));
    const calls = [...lateTexts.sort(byText), ...reading.sort(byText)];
    const running = runs.map(({ waitsFor }, index) => {
      const waits = waitsFor.length === 0 ? '' : calls.map(({ id }) => (waitsFor.includes(id) ? 1 : 0)).join('');
      return `${texts[index]}${waits}`;
    });
    let open = accounted;
    for (const { task } of runs) if (task.from === 'event') open |= 1 << task.about;
    const unaccounted = open !== 2 ** done - 1;
    const sure =
      late.some(({ asks, read }) => asks === 'delete' || read !== '') ||
      (lost + killed === 0 && runs.some(({ asks, read }) => read !== '' || (asks === 'delete' && refused === 0)));
    const wanted = `${sure ? '' : verdict(derivative)}${failureCounts && failureOnRecord ? 'f' : ''}`;
    return `${done}${wanted}${unaccounted ? '?' : ''},${left},${lateTexts.map(({ text }) => text).join()}|${running.sort().join()}`;
  };
}

function byText(one: { readonly text: string }, other: { readonly text: string }): number {
  return one.text < other.text ? -1 : one.text > other.text ? 1 : 0;
}
