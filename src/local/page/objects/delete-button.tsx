// Deletes objects, once somebody has confirmed it in a dialog, which keys alone can answer.
import { useRef, useState } from 'preact/hooks';
import { ErrorLine } from '../attempt.js';
import { NameText } from '../name-text.js';
import { askOss, type ServerError } from '../server.js';
import { words } from './words.js';

/** Keys that the question names. */
const mostNamed = 10;
const mostAtOnce = 4;

export function DeleteButton({ bucket, keys }: { readonly bucket: string; readonly keys: readonly string[] }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [progress, setProgress] = useState<string>();
  const [error, setError] = useState<ServerError>();
  const confirmed = async () => {
    dialog.current?.close();
    setError(undefined);
    const waiting = [...keys];
    let done = 0;
    const work = async () => {
      for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
        try {
          await askOss({ method: 'DELETE', bucket, key });
          done += 1;
          setProgress(words.deleting(done, keys.length));
        } catch (problem) {
          setError(problem as ServerError);
        }
      }
    };
    await Promise.all(Array.from({ length: mostAtOnce }, work));
    setProgress(undefined);
  };
  return (
    <>
      <button type="button" disabled={keys.length === 0} onClick={() => dialog.current?.showModal()}>
        {words.delete}
      </button>
      <span role="status" class="quiet">
        {progress}
      </span>
      <ErrorLine error={error} />
      <dialog ref={dialog} aria-label={words.confirm(keys.length)}>
        <h2>{words.confirm(keys.length)}</h2>
        <ul>
          {keys.slice(0, mostNamed).map((key) => (
            <li key={key}>
              <NameText>{key}</NameText>
            </li>
          ))}
          {keys.length > mostNamed && <li>{words.others(keys.length - mostNamed)}</li>}
        </ul>
        <p class="quiet">{words.confirmHint}</p>
        <div class="row">
          <button type="button" onClick={() => dialog.current?.close()}>
            {words.no}
          </button>
          <button type="button" class="danger" onClick={() => void confirmed()}>
            {words.yes(keys.length)}
          </button>
        </div>
      </dialog>
    </>
  );
}
