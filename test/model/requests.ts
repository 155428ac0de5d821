// What may come of a request for an output. OSS saves a derivative by one call, which reads when OSS comes to it, and
// writes. A relay is a GET, which only reads, and a PUT of what was read then, however old it is by now.
import { answered, etagAssumed, madeOf, type Next, nameOf, type Setting } from './invocation.js';
import { ended, leftBehind, nextCall, written } from './late.js';
import { bytesAfter, good } from './script.js';
import { type Call, type End, type Run, type State, spend } from './state.js';

export type Add = (what: string, state: State, next: Next) => void;

const wrote: End = { result: 'done', touched: true, confirmed: true, refused: false };
const nothing: End = { result: 'nothing', touched: false, confirmed: true, refused: false };
const transient: End = { result: 'transient', touched: false, confirmed: true, refused: false };
const refusedBytes: End = { result: 'permanent', touched: false, confirmed: true, refused: true };

/** @param state without the run */
export function requestSteps(add: Add, state: State, run: Run, call: Call, setting: Setting): void {
  const { asks, read, output } = call;
  if (asks === 'check') {
    addCheck(add, state, run, call, setting);
    return;
  }
  if (asks === 'get') addGet(add, state, run, call, setting);
  else if (asks === 'put') addPut(add, state, run, call, setting);
  else if (asks === 'delete')
    add('OSS deletes the derivative', written(state, output, ''), answered(run, call, wrote, setting));
  else if (read === '') addRead(add, state, run, call, setting);
  else addWrite(add, state, run, call, setting);
  addNoAnswer(add, state, run, call, setting);
}

function addRead(add: Add, state: State, run: Run, call: Call, setting: Setting): void {
  const bytes = bytesAfter(setting, state.done);
  if (bytes === '') add('OSS finds no source', state, answered(run, call, nothing, setting));
  else if (good(bytes)) add(`OSS reads ${bytes}`, state, asking(run, call, { read: bytes, id: nextCall(state) }));
  else add(`OSS cannot process ${bytes}`, state, answered(run, call, refusedBytes, setting));
}

function addWrite(add: Add, before: State, run: Run, call: Call, setting: Setting): void {
  const state = written(ended(before, call.id), call.output, call.read);
  const what = `OSS writes the derivative of ${call.read}`;
  add(what, state, answered(run, call, wrote, setting));
  if (state.faults.garbled === 0) return;
  const end: End = { ...wrote, result: 'permanent', touched: setting.design.looksAfterAnySuccess };
  add(`${what}, and its answer says nothing of use`, spend(state, 'garbled'), answered(run, call, end, setting));
}

function addGet(add: Add, state: State, run: Run, call: Call, setting: Setting): void {
  const bytes = bytesAfter(setting, state.done);
  if (bytes === '') {
    add('GET finds no source', state, answered(run, call, nothing, setting));
    return;
  }
  const etag = etagAssumed(run.settling);
  const condition = call.matches ? setting.ifMatch : 'ignored';
  const isOther = bytes !== etag;
  if (condition === 'honoured' ? isOther : condition !== 'ignored') add412(add, state, run, call, setting);
  if (condition === 'refused' || (condition === 'honoured' && isOther)) return;
  if (!good(bytes)) {
    add(`GET of ${bytes} is refused`, state, answered(run, call, refusedBytes, setting));
    return;
  }
  // What is held for long is held by no one whom a record waits for.
  const id = setting.design.holdsBriefly ? nextCall(state) : 0;
  const read = madeOf(bytes, call.output, etag, setting);
  add(`GET gives ${bytes}`, state, asking(run, call, { asks: 'put', read, id }));
}

function add412(add: Add, state: State, run: Run, call: Call, setting: Setting): void {
  const { after412 } = setting.design;
  const what = 'GET is answered by 412';
  const end = after412 === 'fails' ? transient : nothing;
  add(what, state, after412 === 'looks' ? asking(run, call, { asks: 'check' }) : answered(run, call, end, setting));
}

/** After a 412. */
function addCheck(add: Add, state: State, run: Run, call: Call, setting: Setting): void {
  const bytes = bytesAfter(setting, state.done);
  const what = `HEAD after 412 sees ${bytes || 'no source'}`;
  if (bytes === '') add(what, state, answered(run, call, nothing, setting));
  else if (bytes === etagAssumed(run.settling)) add(what, state, asking(run, call, { asks: 'get', matches: false }));
  else add(what, state, answered(run, call, { ...transient, touched: true }, setting));
  if (state.faults.head === 0) return;
  add('HEAD after 412 fails', spend(state, 'head'), answered(run, call, transient, setting));
}

function addPut(add: Add, before: State, run: Run, call: Call, setting: Setting): void {
  const { looksAfterRelay, looksAfterAnySuccess, tellsRefusals } = setting.design;
  const over = ended(before, call.id);
  const state = written(over, call.output, call.read);
  const what = `PUT writes the derivative of ${nameOf(call.read)}`;
  const touched = looksAfterRelay === 'always' || (looksAfterRelay === 'without If-Match' && !call.matches);
  add(what, state, answered(run, call, { ...wrote, touched }, setting));
  if (state.faults.garbled > 0) {
    const end: End = { result: 'transient', touched: looksAfterAnySuccess, confirmed: false, refused: false };
    const spent = spend(state, 'garbled');
    add(`${what}, and its answer is not of OSS`, spent, answered(run, call, end, setting));
    add(`${what}, and its answer is not of OSS, asks again`, spent, asking(run, call, again(call)));
  }
  if (state.faults.rejected === 0) return;
  const end: End = { result: 'rejected', touched: false, confirmed: true, refused: !tellsRefusals };
  add('PUT is refused for good', spend(over, 'rejected'), answered(run, call, end, setting));
}

function addNoAnswer(add: Add, state: State, run: Run, call: Call, setting: Setting): void {
  const { asks, read, id } = call;
  if (state.faults.refused > 0 && (read === '' || asks === 'put')) {
    const over = spend(ended(state, id), 'refused');
    add(`OSS has no time for ${callOf(call)}`, over, answered(run, call, transient, setting));
  }
  if (state.faults.lost === 0) return;
  if (asks === 'get') {
    // As if it had not been sent, so that asking again leads to no other state.
    add(`no answer to ${callOf(call)}`, spend(state, 'lost'), answered(run, call, transient, setting));
    return;
  }
  const given = answered(run, call, { ...transient, confirmed: false }, setting);
  const [dropped, late] = leftBehind(spend(state, 'lost'), call);
  if (dropped !== undefined) add(`no answer to ${callOf(call)}, which OSS drops`, dropped, given);
  if (late === undefined) return;
  add(`no answer to ${callOf(call)}`, late, given);
  add(`no answer to ${callOf(call)}, asks again`, late, asking(run, call, again(call)));
}

/** After an attempt that may still write. A relay has OSS read once more. */
function again({ asks }: Call): Partial<Call> {
  return { read: '', id: 0, lost: true, asks: asks === 'put' ? 'get' : asks };
}

function asking(run: Run, call: Call, change: Partial<Call>): Run {
  const next = { ...call, ...change };
  return { ...run, calls: run.calls.length === 1 ? [next] : run.calls.map((one) => (one === call ? next : one)) };
}

const names = {
  process: 'its process call',
  get: 'its GET',
  check: 'its HEAD',
  put: 'its PUT',
  delete: 'its deletion',
};

/** For a trace. */
export function callOf({ asks, read }: Call): string {
  if (read === '') return names[asks];
  return asks === 'put' ? `its PUT of the derivative of ${nameOf(read)}` : `${names[asks]}, which has read ${read}`;
}
