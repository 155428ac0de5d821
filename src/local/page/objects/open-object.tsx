// The object that is open: the picture, what OSS tells of it, what can be done with it, and what becomes of it.
import { useEffect, useState } from 'preact/hooks';
import { printable } from '../../../rules/printable.js';
import { ErrorLine } from '../attempt.js';
import { bytesText } from '../language.js';
import { NameText } from '../name-text.js';
import { isSameObject, isSendable, type ObjectName } from '../object-name.js';
import { linkTo } from '../place.js';
import type { ServerError } from '../server.js';
import { StoredPicture } from '../stored-picture.js';
import { UploadCard } from '../uploads/card.js';
import { cards } from '../uploads/seen.js';
import { type Details, readDetails } from './details.js';
import { opened } from './listed.js';
import { ObjectActions } from './object-actions.js';
import { words } from './words.js';

interface OpenObjectProps {
  readonly of: ObjectName;
  /** Of the list beside it. */
  readonly prefix: string;
}

export function OpenObject({ of: { bucket, key }, prefix }: OpenObjectProps) {
  const [details, setDetails] = useState<Details>();
  const [error, setError] = useState<ServerError>();
  const { version } = opened.value;
  useEffect(() => {
    opened.value = { bucket, key, version: 0 };
  }, [bucket, key]);
  useEffect(() => {
    if (!isSendable(key)) return;
    const abort = new AbortController();
    readDetails({ bucket, key }, abort.signal).then(
      (read) => {
        setDetails(read);
        setError(undefined);
      },
      (problem) => {
        if (!abort.signal.aborted) setError(problem as ServerError);
      },
    );
    return () => abort.abort();
  }, [bucket, key, version]);
  const card = cards.value.find(({ object }) => isSameObject(object, { bucket, key }));
  const isGone = error?.code === '404';
  return (
    <section class="panel open-object" aria-label={printable(key)}>
      <div class="row">
        <h2 class="grow">
          <NameText>{key}</NameText>
        </h2>
        <a href={linkTo('objects', { bucket, prefix })}>{words.close}</a>
      </div>
      {isGone ? (
        <p role="alert" class="bad">
          {words.gone}
        </p>
      ) : (
        <ErrorLine error={error} />
      )}
      {!isSendable(key) && <p class="warn">{words.dots}</p>}
      {!isGone && isSendable(key) && (
        <>
          <StoredPicture
            of={{ bucket, key }}
            version={version}
            facts={details === undefined ? [] : [bytesText(details.size)]}
          />
          <ObjectActions of={{ bucket, key }} type={details?.type ?? ''} />
          {details !== undefined && <Facts details={details} />}
        </>
      )}
      {card !== undefined && (
        <>
          <h3>{words.became}</h3>
          <UploadCard card={card} beside />
        </>
      )}
    </section>
  );
}

function Facts({ details: { headers, tags } }: { readonly details: Details }) {
  return (
    <>
      <Pairs title={words.headers} pairs={headers} />
      {tags.length > 0 && <Pairs title={words.tags} pairs={tags} />}
    </>
  );
}

function Pairs({ title, pairs }: { readonly title: string; readonly pairs: Details['headers'] }) {
  return (
    <>
      <h3>{title}</h3>
      <dl class="pairs">
        {pairs.map(([name, value]) => (
          <div key={name}>
            <dt>
              <NameText>{name}</NameText>
            </dt>
            <dd>
              <NameText>{value}</NameText>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
