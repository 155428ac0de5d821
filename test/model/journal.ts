// How work comes into the world and what it leaves there: deliveries and due records begin, and an invocation that ends
// writes down what is left, all of it or not.
import type { Step } from './explore.js';
import { type Ended, type Permanent, type RecordToBe, type Setting, start } from './invocation.js';
import { type State, spend, type Task } from './state.js';

/** @param waitsFor requests that must have come before it is due */
export function begin(state: State, task: Task, waitsFor: readonly number[], setting: Setting): State {
  const next = start(task, setting);
  if ('records' in next) return account(state, task);
  return { ...state, runs: [...state.runs, { ...next, waitsFor }] };
}

/** FC delivers an event again; a record is still there, as it was, or as it was put off before it was run. */
export function comeAgain(state: State, task: Task, setting: Setting): State {
  const { heedsRedelivery, claimsRecords } = setting.design;
  if (task.from === 'event') return begin(state, { ...task, unconfirmed: heedsRedelivery }, [], setting);
  if (!claimsRecords) return begin(state, task, [], setting);
  return begin(state, { ...task, from: 'unsettled', anyVersion: true }, onTheirWay(state), setting);
}

/** The end of an invocation: everything is written down, or the journal does not take one of the records. */
export function writeDown(step: Step<State>, ended: Ended, task: Task, setting: Setting): Step<State>[] {
  const { label } = step;
  const to = account(step.to, task);
  const whole = write({ label, to }, ended, setting);
  if (to.faults.journal === 0) return whole;
  const { records, permanent } = ended;
  const parts: Ended[] = records.map((_, index) => ({ ...ended, records: records.toSpliced(index, 1) }));
  for (const index of permanent.keys()) parts.push({ ...ended, permanent: permanent.toSpliced(index, 1) });
  const partly = parts.flatMap((part) => write({ label, to: spend(to, 'journal') }, part, setting));
  return [
    ...whole,
    ...partly.map((some) => ({
      label: () => `${some.label()}; the journal does not take all of it`,
      to: task.from === 'event' && !setting.design.throwsUnwritten ? some.to : comeAgain(some.to, task, setting),
    })),
  ];
}

function write({ label, to }: Step<State>, { permanent, records }: Ended, setting: Setting): Step<State>[] {
  const first = { label, to: permanent.reduce(onRecord, to) };
  return records.reduce<Step<State>[]>((steps, record) => steps.flatMap((step) => put(step, record, setting)), [first]);
}

function onRecord(state: State, { output, rejected }: Permanent): State {
  if (rejected === '') return { ...state, failed: state.failed | (1 << output) };
  return { ...state, rejected: state.rejected.with(output, rejected) };
}

/** A record lies beside the one of the same job, or takes its place when both are due in the same minute. */
function put({ label, to }: Step<State>, { task, afterLateWrites }: RecordToBe, setting: Setting): Step<State>[] {
  const waitsFor = afterLateWrites ? onTheirWay(to) : [];
  const when = afterLateWrites ? ', due after late requests' : '';
  const said = () => `${label()}; written down as ${task.from}${when}`;
  const beside = { label: said, to: begin(to, task, waitsFor, setting) };
  const older = to.runs.find((run) => !run.begun && run.task.from === task.from && run.task.only === task.only);
  if (older === undefined) return [beside];
  const both = [...new Set([...older.waitsFor, ...waitsFor])].sort();
  const rest = { ...to, runs: to.runs.filter((run) => run !== older) };
  const instead = () => `${said()}, in place of the record of ${older.task.about + 1}`;
  return [beside, { label: instead, to: begin(rest, task, both, setting) }];
}

function account(state: State, { about }: Task): State {
  return { ...state, accounted: state.accounted | (1 << about) };
}

/** By the time that such a record is due, these requests have come: OSS takes no longer for any. */
function onTheirWay({ late, runs }: State): number[] {
  const running = runs.flatMap(({ calls }) => calls.flatMap(({ id }) => (id === 0 ? [] : id)));
  return [...late.flatMap(({ id }) => (id < 0 ? [] : id)), ...running];
}
