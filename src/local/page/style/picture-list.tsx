// The stored objects, a folder at a time, to choose a picture from.
import { useEffect, useState } from 'preact/hooks';
import { printable } from '../../../rules/printable.js';
import { bytesText } from '../language.js';
import { ServerError } from '../server.js';
import { seenBuckets } from './buckets.js';
import type { Picture } from './copies.js';
import { listObjects, type ObjectList } from './object-list.js';
import { words } from './words.js';

interface PictureListProps {
  readonly bucket: string | undefined;
  readonly choose: (picture: Picture) => void;
}

export function PictureList({ bucket: first, choose }: PictureListProps) {
  const known = [...seenBuckets.value.keys()];
  const [bucket, setBucket] = useState(first ?? known[0] ?? 'photos');
  const [prefix, setPrefix] = useState('');
  const [after, setAfter] = useState<string | undefined>(undefined);
  const [list, setList] = useState<ObjectList | ServerError | undefined>(undefined);
  useEffect(() => {
    const ended = new AbortController();
    listObjects({ bucket, prefix, ...(after !== undefined && { after }) }, ended.signal)
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
        <label>
          {words.bucket}{' '}
          <input
            list="known-buckets"
            value={bucket}
            onChange={({ currentTarget }) => {
              setBucket(currentTarget.value);
              go('');
            }}
          />
        </label>
        <datalist id="known-buckets">
          {known.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <label>
          {words.prefix} <input value={prefix} onInput={({ currentTarget }) => go(currentTarget.value)} />
        </label>
        {prefix !== '' && (
          <button type="button" onClick={() => go('')}>
            {words.up}
          </button>
        )}
      </div>
      {list instanceof ServerError && <p class="bad">{list.message}</p>}
      {list !== undefined && !(list instanceof ServerError) && (
        <ul aria-label={words.list}>
          {list.folders.map((folder) => (
            <li key={folder}>
              <button type="button" class="entry" onClick={() => go(folder)}>
                {printable(folder)}
              </button>
            </li>
          ))}
          {list.objects.map(({ key, size }) => (
            <li key={key}>
              <button type="button" class="entry" onClick={() => choose({ bucket, key })}>
                {printable(key)} <small>{bytesText(size)}</small>
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
      )}
    </div>
  );
}
