// Where files come into the page, and to where they go.
import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { BucketField } from '../bucket-field.js';
import { buckets, bucketsError, firstBucket } from '../buckets.js';
import { Panel } from '../shell.js';
import { useDropped } from './dropped.js';
import { Samples } from './samples.js';
import { send } from './sending.js';
import { SendingList } from './sending-list.js';
import { isFolder, keyIn, mistakeIn } from './target-key.js';
import { words } from './words.js';

/** Where files go; undefined as long as nobody has chosen: then the first place that a rule listens to. */
const chosen = signal<{ readonly bucket: string; readonly where: string } | undefined>(undefined);

/** Files go there from now on. */
export function chooseTarget(bucket: string, where: string): void {
  chosen.value = { bucket, where };
}

function placeNow(): { readonly bucket: string; readonly where: string } {
  return chosen.value ?? { bucket: firstBucket.value?.name ?? '', where: firstBucket.value?.listens[0] ?? '' };
}

export function Drop() {
  const [over, setOver] = useState(false);
  const [mistake, setMistake] = useState<string>();
  const { bucket, where } = placeNow();
  const choose = (to: { readonly bucket?: string; readonly where?: string }) => {
    setMistake(undefined);
    chosen.value = { bucket, where, ...to };
  };
  const take = (files: readonly File[]) => {
    const orders = files.map((file) => ({ file, bucket, key: keyIn(where, file.name) }));
    const wrong = orders.map(({ key }) => mistakeIn(key)).find((one) => one !== undefined);
    if (files.length > 1 && !isFolder(where)) return setMistake(words.several);
    setMistake(wrong && words.mistakes[wrong]);
    if (wrong === undefined) send(orders);
  };
  useDropped(setOver, (files, folders) => {
    if (folders) setMistake(words.folders);
    else take(files);
  });
  return (
    <Panel title={words.drop}>
      <div class={over ? 'drop over' : 'drop'}>
        <label class="button main-button">
          {words.choose}
          <input
            class="hidden"
            type="file"
            multiple
            onChange={({ currentTarget }) => {
              take([...(currentTarget.files ?? [])]);
              currentTarget.value = '';
            }}
          />
        </label>
        <div class="row">
          <BucketField value={bucket} choose={(other) => choose({ bucket: other })} />
          <label class="field grow">
            <span>{words.where}</span>
            <input
              value={where}
              class="mono"
              autocomplete="off"
              spellcheck={false}
              aria-describedby="where-hint"
              onInput={({ currentTarget }) => choose({ where: currentTarget.value })}
            />
          </label>
        </div>
        <p id="where-hint" class="quiet hint">
          {words.whereHint}
        </p>
      </div>
      <Listening choose={choose} />
      <p role="alert" class={mistake === undefined && bucketsError.value === undefined ? 'hidden' : 'bad'}>
        {mistake ?? bucketsError.value?.message}
      </p>
      <Samples bucket={bucket} where={where} refuse={setMistake} />
      <SendingList />
    </Panel>
  );
}

/** Places that rules listen to, to be chosen. */
function Listening({ choose }: { readonly choose: (to: { bucket: string; where: string }) => void }) {
  const places = buckets.value.flatMap(({ name, listens }) => listens.map((where) => ({ bucket: name, where })));
  if (places.length === 0) return null;
  return (
    <div class="row places">
      <span class="quiet">{words.listening}</span>
      {places.slice(0, 20).map((place) => (
        <button key={`${place.bucket}/${place.where}`} type="button" class="chip mono" onClick={() => choose(place)}>
          {place.bucket}/{place.where}
        </button>
      ))}
    </div>
  );
}
