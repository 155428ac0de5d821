// One upload, or removal: what it was, what became of it, each derivative beside the original.
import { printable } from '../../../rules/printable.js';
import { ErrorLine, useAttempt } from '../attempt.js';
import { explainedWords } from '../explained-words.js';
import { bytesText, timeText } from '../language.js';
import { NameText } from '../name-text.js';
import { linkTo } from '../place.js';
import { call } from '../server.js';
import { StoredPicture } from '../stored-picture.js';
import { Derivative, Failure } from './card-result.js';
import type { Card } from './cards.js';
import { Explained } from './explained.js';
import { Looked } from './looked.js';
import type { Result } from './result.js';
import { words } from './words.js';

interface UploadCardProps {
  readonly card: Card;
  /** Beside the object itself: what that shows is left out. Default false. */
  readonly beside?: boolean;
}

export function UploadCard({ card, beside = false }: UploadCardProps) {
  const { object, removed, state, results, later } = card;
  const { bucket, key, size, at, number } = object;
  const gone = removed || later !== undefined;
  const shown = results.filter(({ status }) => status === 'saved' || status === 'removed');
  const failed = results.filter(({ status }) => status === 'failed');
  const skipped = results.filter(({ status }) => status === 'skipped');
  const rules = [...new Set(results.flatMap(({ rule }) => rule ?? []))];
  return (
    <article class="card" aria-label={printable(key)}>
      <header>
        {!beside && (
          <h3>
            <NameText>{key}</NameText>
          </h3>
        )}
        <p class="row quiet">
          <span>{bucket}</span>
          <span>{removed ? object.event.split(':')[1] : bytesText(size)}</span>
          <time>{timeText(at)}</time>
          {rules.map((rule) => (
            <span key={rule}>
              {words.rule} <b>{printable(rule)}</b>
            </span>
          ))}
          <Summary card={card} />
        </p>
      </header>
      <Notes card={card} />
      {skipped.map((result) => (
        <p key={result.number} class="warn">
          <b>{words.skipped}:</b> {explainedWords.reasons[result.reason ?? ''] ?? printable(result.reason ?? '')}{' '}
          <code>{printable(result.reason ?? '')}</code>
        </p>
      ))}
      {failed.map((result) => (
        <Failure key={result.number} result={result} />
      ))}
      <div class="pictures">
        {gone || beside ? null : (
          <StoredPicture of={object} version={number} facts={[bytesText(size)]}>
            <b>{words.original}</b>
          </StoredPicture>
        )}
        {shown.map((result) => (
          <Derivative key={result.targetText} result={result} gone={gone} />
        ))}
      </div>
      <Actions
        card={card}
        failed={failed.length > 0 || card.error !== undefined}
        linked={!beside && !removed && later !== 'removed'}
      />
      <Explained object={object} taken={state !== 'uncovered' && skipped.length === 0} />
      <Looked of={object} />
    </article>
  );
}

/** In words and a sign, not by colour alone. */
function Summary({ card: { state, results, attempts, replays } }: { readonly card: Card }) {
  const count = (status: Result['status']) => results.filter((one) => one.status === status).length;
  const [saved, failed, removed] = [count('saved'), count('failed'), count('removed')];
  return (
    <>
      {state !== 'done' && <span class={`state ${state}`}>{words.states[state]}</span>}
      {saved > 0 && <span class="good">✓ {words.saved(saved)}</span>}
      {removed > 0 && <span>− {words.removed(removed)}</span>}
      {failed > 0 && <span class="bad">✕ {words.failed(failed)}</span>}
      {count('skipped') > 0 && <span class="warn">○ {words.skipped}</span>}
      {attempts > 1 && <span>{words.attempts(attempts)}</span>}
      {replays > 0 && <span>{words.replays(replays)}</span>}
    </>
  );
}

function Notes({ card: { removed, state, error, attempts, givenUp, later } }: { readonly card: Card }) {
  return (
    <>
      {state === 'uncovered' && <p class="warn">{removed ? words.uncoveredRemoval : words.uncovered}</p>}
      {error !== undefined && (
        <p class="bad">
          {words.attemptFailed(attempts)} <code>{printable(error)}</code> {state === 'running' && words.willRetry}
        </p>
      )}
      {givenUp !== undefined && <p class="bad">{words.givenUp(printable(givenUp))}</p>}
      {later !== undefined && <p class="quiet">{later === 'stored' ? words.storedLater : words.removedLater}</p>}
    </>
  );
}

interface ActionsProps {
  readonly card: Card;
  readonly failed: boolean;
  /** Whether other views are linked to. */
  readonly linked: boolean;
}

function Actions({ card, failed, linked }: ActionsProps) {
  const { bucket, key } = card.object;
  const [error, attempt] = useAttempt();
  const replay = () => attempt(() => call('run-again', { bucket, key }));
  return (
    <div class="row actions">
      <button type="button" class={failed ? 'main' : undefined} onClick={() => void replay()}>
        {words.replay}
      </button>
      {linked && (
        <>
          <a href={linkTo('objects', { bucket, key })}>{words.inObjects}</a>
          <a href={linkTo('style', { bucket, key })}>{words.inStyle}</a>
        </>
      )}
      <ErrorLine error={error} />
    </div>
  );
}
