// What is there of one object now: the source, its derivatives, what the journal keeps of it.
import { useState } from 'preact/hooks';
import { printable } from '../../../rules/printable.js';
import type { LookedObject, LookedRecord, LookedUpload } from '../../studio/tools.js';
import { ErrorLine, useAttempt } from '../attempt.js';
import { bytesText } from '../language.js';
import { NameText } from '../name-text.js';
import type { ObjectName } from '../object-name.js';
import { call } from '../server.js';
import { words } from './words.js';

export function Looked({ of: { bucket, key } }: { readonly of: ObjectName }) {
  const [answer, setAnswer] = useState<LookedUpload>();
  const [error, attempt] = useAttempt();
  const ask = () => attempt(async () => setAnswer(await call<LookedUpload>('look', { bucket, key })));
  return (
    <details onToggle={({ currentTarget }) => currentTarget.open && void ask()}>
      <summary>{words.look}</summary>
      <ErrorLine error={error} />
      {answer !== undefined && (
        <>
          <Picture answer={answer} />
          <button type="button" onClick={() => void ask()}>
            {words.lookAgain}
          </button>
        </>
      )}
    </details>
  );
}

function Picture({ answer: { look, derivatives, records, well } }: { readonly answer: LookedUpload }) {
  const all = [...records, ...derivatives.flatMap((one) => one.records)];
  return (
    <>
      <p class={well ? 'good' : 'warn'}>{well ? `✓ ${words.well}` : `! ${words.notWell}`}</p>
      <table>
        <tbody>
          <tr>
            <th scope="row">{words.source}</th>
            <td>{seenText(look)}</td>
          </tr>
          {derivatives.map(({ style, target, state, look: its, refused, details }) => (
            <tr key={`${target}${style}`}>
              <th scope="row">
                <NameText>{target?.replace(/^oss:\/\//, '') ?? style}</NameText>
              </th>
              <td class={state === 'saved' || state === 'none' || state === 'kept' ? undefined : 'warn'}>
                {words.lookStates[state] ?? state}
                {its?.state === 'there' && `, ${bytesText(its.bytes)}`}
                {details !== undefined &&
                  details.differs.length > 0 &&
                  `, ${words.differs(details.differs.map(({ name }) => printable(name)).join(', '))}`}
                {refused !== undefined && `: ${refused.code}: ${printable(refused.message)}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {all.length === 0 ? (
        <p class="quiet">{words.noRecords}</p>
      ) : (
        <>
          <p>{words.records}</p>
          <ul>
            {all.map((record) => (
              <Kept key={record.record} record={record} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Kept({ record: { record, kind, code, message = '', due, outlived } }: { readonly record: LookedRecord }) {
  const next = outlived ? words.outlived : due === undefined ? words.waits : words.due(printable(due));
  return (
    <li>
      <b>{printable(code)}</b> ({printable(kind)}) {printable(message)}
      <span class="quiet">
        {' '}
        {next}. <NameText>{record}</NameText>
      </span>
    </li>
  );
}

function seenText(look: LookedObject): string {
  if (look.state === 'there') return `${words.there}, ${bytesText(look.bytes)}`;
  return look.state === 'absent' ? words.absent : `${words.unseen}: ${printable(look.message)}`;
}
