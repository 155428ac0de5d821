// The stored objects, a folder at a time, to choose a picture from.
import { useEffect, useState } from 'preact/hooks';
import type { ObjectList } from '../../studio/listed.js';
import { ErrorLine } from '../attempt.js';
import { BucketField } from '../bucket-field.js';
import { firstBucket, loadBuckets } from '../buckets.js';
import { bytesText } from '../language.js';
import { NameText } from '../name-text.js';
import { isSendable, type ObjectName } from '../object-name.js';
import { call, ServerError } from '../server.js';
import { words } from './words.js';

interface PictureListProps {
  readonly bucket: string | undefined;
  readonly choose: (picture: ObjectName) => void;
}

export function PictureList({ bucket: first, choose }: PictureListProps) {
  const [chosen, setChosen] = useState(first);
  const bucket = chosen ?? firstBucket.value?.name ?? '';
  const [prefix, setPrefix] = useState('');
  const [after, setAfter] = useState<string | undefined>(undefined);
  const [list, setList] = useState<ObjectList | ServerError | undefined>(undefined);
  useEffect(() => void loadBuckets(), []);
  useEffect(() => {
    if (bucket === '') return;
    const ended = new AbortController();
    call<ObjectList>('objects', { bucket, prefix, after }, ended.signal)
      .then(setList)
      .catch((error: unknown) => {
        if (!ended.signal.aborted && error instanceof ServerError) setList(error);
      });
    return () => ended.abort();
  }, [bucket, prefix, after]);
  const go = (to: string, from?: string) => {
    setPrefix(to);
    setAfter(from);
  };
  return (
    <div class="picture-list">
      <div class="row">
        <BucketField
          value={bucket}
          choose={(other) => {
            setChosen(other);
            go('');
          }}
        />
        <label class="field">
          <span>{words.prefix}</span>
          <input value={prefix} onInput={({ currentTarget }) => go(currentTarget.value)} />
        </label>
        {prefix !== '' && (
          <button type="button" onClick={() => go('')}>
            {words.up}
          </button>
        )}
      </div>
      {list instanceof ServerError ? (
        <ErrorLine error={list} />
      ) : (
        list !== undefined && (
          <ul aria-label={words.list}>
            {list.folders.map((folder) => (
              <li key={folder}>
                <button type="button" class="entry" onClick={() => go(folder)}>
                  <NameText>{folder}</NameText>
                </button>
              </li>
            ))}
            {list.objects.map(({ key, size }) => (
              <li key={key}>
                <button type="button" class="entry" disabled={!isSendable(key)} onClick={() => choose({ bucket, key })}>
                  <NameText>{key}</NameText> <small>{bytesText(size)}</small>
                </button>
              </li>
            ))}
            {list.folders.length + list.objects.length === 0 && <li class="quiet">{words.empty}</li>}
            {list.next !== undefined && (
              <li>
                <button type="button" onClick={() => go(prefix, list.next)}>
                  {words.more}
                </button>
              </li>
            )}
          </ul>
        )
      )}
    </div>
  );
}
