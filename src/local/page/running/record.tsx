// A record of the journal, and the buttons for one or for several.
import { useState } from 'preact/hooks';
import { printable } from '../../../rules/printable.js';
import type { StudioRecord } from '../../studio/journal-tools.js';
import { momentText, numberText } from '../language.js';
import { busy, discard, runAgain } from './journal-store.js';
import { journalWords } from './journal-words.js';

/** Records may be days old. */
const recordTime = { dateStyle: 'medium', timeStyle: 'short' } as const;

export function Record({ record }: { readonly record: StudioRecord }) {
  const { kind, code, message, rule, source, target, attempts, since, due, problem } = record;
  const about = [
    kind,
    rule && `${journalWords.rule} ${printable(rule)}`,
    attempts && journalWords.tried(numberText(attempts)),
    since && journalWords.since(momentText(since, recordTime)),
    due && journalWords.dueAt(momentText(Date.parse(due), recordTime)),
  ];
  return (
    <li>
      <div class="told">
        <p>
          <b>{printable(code)}</b> {message !== undefined && <bdi>{printable(afterCode(code, message))}</bdi>}
        </p>
        <p>
          <bdi>{printable(source ?? record.record)}</bdi>
          {target !== undefined && (
            <>
              {' → '}
              <bdi>{printable(target)}</bdi>
            </>
          )}
        </p>
        <p class="quiet">{about.filter(Boolean).join(' · ')}</p>
        {problem !== undefined && <p class="warn">{journalWords.problem(printable(problem))}</p>}
      </div>
      <Actions records={[record]} />
    </li>
  );
}

/** Run again, and discard after a second thought. @param many whether they are for all of a group */
export function Actions({ records, many }: { readonly records: readonly StudioRecord[]; readonly many?: true }) {
  const [asking, setAsking] = useState(false);
  const keys = records.map(({ record }) => record);
  const gone = records.filter(({ early }) => !early).map(({ record }) => record);
  const runnable = records.some(({ problem }) => problem === undefined);
  const count = numberText(keys.length);
  if (asking) {
    return (
      <fieldset class="row actions asking">
        <legend>{journalWords.sure(numberText(gone.length))}</legend>
        <button
          type="button"
          class="main"
          disabled={busy.value}
          onClick={() => {
            setAsking(false);
            void discard(gone);
          }}
        >
          {journalWords.yes}
        </button>
        <button type="button" ref={(button) => button?.focus()} onClick={() => setAsking(false)}>
          {journalWords.no}
        </button>
      </fieldset>
    );
  }
  return (
    <div class="row actions">
      {runnable && (
        <button type="button" disabled={busy.value} onClick={() => runAgain(keys)}>
          {many ? journalWords.runAll(count) : journalWords.run}
        </button>
      )}
      {gone.length > 0 && (
        <button type="button" disabled={busy.value} onClick={() => setAsking(true)}>
          {many ? journalWords.discardAll(numberText(gone.length)) : journalWords.discard}
        </button>
      )}
    </div>
  );
}

/** A message without the code with which OSS's begin. */
function afterCode(code: string, message: string): string {
  return message.startsWith(code) ? message.slice(code.length).replace(/^:? /, '') : message;
}
