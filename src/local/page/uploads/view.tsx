// The view of uploads: photos go in at the top, and what becomes of them is shown below, as it happens.
import { useEffect, useState } from 'preact/hooks';
import { loadBuckets } from '../buckets.js';
import { NameText } from '../name-text.js';
import { isSameObject } from '../object-name.js';
import { linkTo, place } from '../place.js';
import { Panel } from '../shell.js';
import { UploadCard } from './card.js';
import { Drop } from './drop.js';
import { cards } from './seen.js';
import { words } from './words.js';

/** Cards that are shown until more are asked for. */
const pageSize = 20;

export function UploadsView() {
  const [most, setMost] = useState(pageSize);
  useEffect(() => void loadBuckets(), []);
  const bucket = place.value.query.get('bucket');
  const key = place.value.query.get('key');
  const filtered = bucket !== null && key !== null;
  const all = filtered ? cards.value.filter(({ object }) => isSameObject(object, { bucket, key })) : cards.value;
  return (
    <>
      <Drop />
      <Panel title={words.uploads}>
        {filtered && (
          <p class="row">
            {words.onlyOf} <NameText>{`${bucket}/${key}`}</NameText>
            <a href={linkTo('uploads')}>{words.showAll}</a>
          </p>
        )}
        {all.length === 0 && <p class="quiet">{filtered ? words.noneOfKey : words.none}</p>}
        {all.slice(0, most).map((card) => (
          <UploadCard key={card.object.number} card={card} />
        ))}
        {all.length > most && (
          <button type="button" onClick={() => setMost(most + pageSize)}>
            {words.more(all.length - most)}
          </button>
        )}
      </Panel>
    </>
  );
}
