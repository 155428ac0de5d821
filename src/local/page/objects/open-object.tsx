// The object that is open: the picture, what OSS tells of it, what can be done with it, and what becomes of it.
import { useEffect, useState } from 'preact/hooks';
import { printable } from '../../../rules/printable.js';
import { bytesText } from '../language.js';
import { NameText } from '../name-text.js';
import { linkTo } from '../place.js';
import { answered, askOss, type ServerError, signed } from '../server.js';
import { StoredPicture } from '../stored-picture.js';
import { UploadCard } from '../uploads/card.js';
import type { Name } from '../uploads/result.js';
import { cards } from '../uploads/seen.js';
import { send } from '../uploads/sending.js';
import { SendingList } from '../uploads/sending-list.js';
import { isSendable } from '../uploads/target-key.js';
import { DeleteButton } from './delete-button.js';
import { type Details, readDetails } from './details.js';
import { opened } from './listed.js';
import { words } from './words.js';

interface OpenObjectProps {
  readonly of: Name;
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
  const card = cards.value.find(({ object }) => object.bucket === bucket && object.key === key);
  const isGone = error?.code === '404';
  return (
    <section class="panel open-object" aria-label={printable(key)}>
      <div class="row">
        <h2 class="grow">
          <NameText>{key}</NameText>
        </h2>
        <a href={linkTo('objects', { bucket, prefix })}>{words.close}</a>
      </div>
      {error !== undefined && (
        <p role="alert" class="bad">
          {isGone ? words.gone : error.message}
        </p>
      )}
      {!isSendable(key) && <p class="warn">{words.dots}</p>}
      {!isGone && isSendable(key) && (
        <>
          <StoredPicture
            of={{ bucket, key }}
            version={version}
            facts={details === undefined ? [] : [bytesText(details.size)]}
          />
          <Actions of={{ bucket, key }} type={details?.type ?? ''} />
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

function Actions({ of: { bucket, key }, type }: { readonly of: Name; readonly type: string }) {
  const [error, setError] = useState<ServerError>();
  const attempt = (does: () => Promise<void>) => {
    setError(undefined);
    does().catch((problem) => setError(problem as ServerError));
  };
  const download = async () => {
    const link = document.createElement('a');
    link.href = await signed({ method: 'GET', bucket, key });
    link.download = key.replace(/^.*\//s, '') || key;
    link.click();
  };
  const again = async () => {
    const bytes = await answered((await askOss({ method: 'GET', bucket, key })).blob());
    send([{ file: new Blob([bytes], { type }), bucket, key }]);
  };
  return (
    <>
      <div class="row actions">
        <button type="button" onClick={() => attempt(download)}>
          {words.download}
        </button>
        <label class="button">
          {words.newBytes}
          <input
            class="hidden"
            type="file"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file !== undefined) send([{ file, bucket, key }]);
              currentTarget.value = '';
            }}
          />
        </label>
        <button type="button" title={words.sameHint} onClick={() => attempt(again)}>
          {words.sameBytes}
        </button>
        <DeleteButton bucket={bucket} keys={[key]} />
        <a href={linkTo('style', { bucket, key })}>{words.style}</a>
        <a href={linkTo('uploads', { bucket, key })}>{words.uploads}</a>
      </div>
      {error !== undefined && (
        <p role="alert" class="bad">
          {error.message}
        </p>
      )}
      <SendingList />
    </>
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
