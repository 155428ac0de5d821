// The stored objects, a folder at a time, to choose a picture from.

import { useEffect, useState } from 'preact/hooks';
import type { ObjectList } from '../../studio/listed.js';
import { buckets, loadBuckets } from '../buckets.js';
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
  const names = buckets.value.map(({ name }) => name);
  const [chosen, setChosen] = useState(first);
  const bucket = chosen ?? names[0];
  const [prefix, setPrefix] = useState('');
  const [after, setAfter] = useState<string | undefined>(undefined);
  const [list, setList] = useState<ObjectList | ServerError | undefined>(undefined);
  useEffect(() => void loadBuckets(), []);
  useEffect(() => {
    if (bucket === undefined) return;
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
        <label>
          {words.bucket}{' '}
          <select
            value={bucket}
            onChange={({ currentTarget }) => {
              setChosen(currentTarget.value);
              go('');
            }}
          >
            {names.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
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
      {bucket !== undefined && list !== undefined && !(list instanceof ServerError) && (
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
      )}
    </div>
  );
}
