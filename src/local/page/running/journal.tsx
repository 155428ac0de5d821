// The journal: what waits, what has failed, and what can be done about it.
import { useEffect } from 'preact/hooks';
import { printable } from '../../../rules/printable.js';
import { type JournalGroup, journalGroups, type StudioRecords } from '../../studio/journal-tools.js';
import { numberText } from '../language.js';
import { Panel } from '../shell.js';
import { busy, journal, readJournal, said, tick } from './journal-store.js';
import { journalWords } from './journal-words.js';
import { Actions, Record } from './record.js';
import { lastEnd } from './store.js';

export function Journal() {
  const end = lastEnd.value;
  useEffect(() => {
    // Once for a burst of invocations, and at once when the view is opened.
    const timer = setTimeout(readJournal, journal.value === undefined ? 0 : 700);
    return () => clearTimeout(timer);
  }, [end]);
  return (
    <Panel title={journalWords.title}>
      <Content />
      <Said />
    </Panel>
  );
}

function Content() {
  const { where, groups } = journal.value ?? {};
  if (groups === undefined) return null;
  if (where === undefined) return <p>{journalWords.none}</p>;
  const filled = journalGroups.filter((group) => groups[group].count > 0);
  return (
    <>
      <div class="row">
        <span class="quiet">
          {journalWords.about} <code>{printable(where)}</code>
        </span>
        <button type="button" disabled={busy.value} onClick={tick}>
          {journalWords.tick}
        </button>
      </div>
      {filled.length === 0 && <p class="empty">{journalWords.empty}</p>}
      {filled.map((group) => (
        <Group key={group} group={group} found={groups[group]} />
      ))}
    </>
  );
}

function Group({ group, found }: { readonly group: JournalGroup; readonly found: StudioRecords }) {
  const { count, more, records } = found;
  const all = more ? `${numberText(count)}+` : numberText(count);
  return (
    <section class="records">
      <h3>
        {journalWords[group]}{' '}
        <span class="quiet">
          {records.length < count || more ? journalWords.first(numberText(records.length), all) : all}
        </span>
      </h3>
      {records.length > 1 && <Actions records={records} many />}
      <ul>
        {records.map((record) => (
          <Record key={record.record} record={record} />
        ))}
      </ul>
    </section>
  );
}

function Said() {
  const { text, left = [] } = said.value ?? {};
  return (
    <div role="status" class="said">
      {busy.value ? journalWords.busy : text && printable(text)}
      {!busy.value && left.length > 0 && (
        <>
          <p>{journalWords.left(numberText(left.length))}</p>
          <ul>
            {left.slice(0, 20).map(({ record, why }) => (
              <li key={record}>
                <code>{printable(record)}</code> {printable(why)}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
