// Why a rule takes an upload, and the others do not: asked for when somebody wants to know.
import { useState } from 'preact/hooks';
import { printable } from '../../../rules/printable.js';
import type { ExplainedUpload } from '../../studio/tools.js';
import { ErrorLine, useAttempt } from '../attempt.js';
import { explainedWords } from '../explained-words.js';
import { NameText } from '../name-text.js';
import { call } from '../server.js';
import type { SeenObject } from './uploads.js';
import { words } from './words.js';

interface ExplainedProps {
  readonly object: SeenObject;
  /** Whether some rule acts on it, as far as is known. */
  readonly taken: boolean;
}

export function Explained({ object: { bucket, key, event, size, etag, at }, taken }: ExplainedProps) {
  const [answer, setAnswer] = useState<ExplainedUpload>();
  const [error, attempt] = useAttempt();
  const ask = () =>
    attempt(async () =>
      setAnswer(await call<ExplainedUpload>('explain', { bucket, key, event, size, etag, time: at })),
    );
  return (
    <details onToggle={({ currentTarget }) => currentTarget.open && void ask()}>
      <summary>{taken ? words.why : words.whyNone}</summary>
      <ErrorLine error={error} />
      {answer !== undefined && <Explanation answer={answer} />}
    </details>
  );
}

function Explanation({ answer }: { readonly answer: ExplainedUpload }) {
  const { rules, skipped, outputs, others, othersOmitted = 0, refusedByOss, lookalikes } = answer;
  return (
    <>
      {rules.map(({ name, path }) => (
        <p key={path}>
          <b>{printable(name)}</b> <code>{path}</code> {words.takes}
        </p>
      ))}
      {rules.length === 0 && <p>{words.noneTakes}</p>}
      {skipped !== undefined && <p class="warn">{explainedWords.reasons[skipped] ?? skipped}</p>}
      {refusedByOss !== undefined && (
        <p class="bad">
          <b>{refusedByOss.code}</b> {printable(refusedByOss.message)}
        </p>
      )}
      <ul>
        {outputs.map(({ path, style, target, relayed, refused }) => (
          <li key={path}>
            <NameText>{style}</NameText>
            {target !== undefined && ' → '}
            {target !== undefined && <NameText>{target}</NameText>}
            {relayed !== undefined && (
              <span class="quiet">
                {' '}
                {words.relayed}: {relayed.because.map(printable).join('; ')}
              </span>
            )}
            {refused !== undefined && (
              <span class="bad">
                {' '}
                {refused.code}: {printable(refused.message)}
              </span>
            )}
          </li>
        ))}
      </ul>
      {others.length > 0 && <p>{words.others}</p>}
      <ul>
        {others.map(({ rule, path, condition, why }) => (
          <li key={path}>
            <b>{printable(rule)}</b> <code>{path}</code> {explainedWords.conditions[condition] ?? condition}
            <span class="quiet" lang="en">
              {' '}
              {printable(why)}
            </span>
          </li>
        ))}
        {othersOmitted > 0 && <li class="quiet">{words.omitted(othersOmitted)}</li>}
      </ul>
      {lookalikes.map((one) => (
        <p key={one} class="warn" lang="en">
          {printable(one)}
        </p>
      ))}
    </>
  );
}
