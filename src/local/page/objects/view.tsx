// The view of objects: a bucket's folders and objects, page by page, and beside them the one that is open.
import { useEffect } from 'preact/hooks';
import { ErrorLine } from '../attempt.js';
import { BucketField } from '../bucket-field.js';
import { bucketsError, firstBucket, loadBuckets } from '../buckets.js';
import { NameText } from '../name-text.js';
import { linkTo, place } from '../place.js';
import { Panel, shellWords } from '../shell.js';
import { chooseTarget } from '../uploads/drop.js';
import { list, listError, listing } from './listed.js';
import { foldersOf } from './listing.js';
import { ObjectTable } from './object-table.js';
import { OpenObject } from './open-object.js';
import { words } from './words.js';

export function ObjectsView() {
  const { query } = place.value;
  const bucket = query.get('bucket') ?? firstBucket.value?.name ?? '';
  const key = query.get('key') ?? undefined;
  const prefix = query.get('prefix') ?? key?.replace(/[^/]*$/, '') ?? '';
  useEffect(() => void loadBuckets(), []);
  useEffect(() => {
    if (bucket !== '') void list(bucket, prefix);
  }, [bucket, prefix]);
  return (
    <div class={key === undefined ? 'browser' : 'browser with-open'}>
      <Panel title={shellWords.objects}>
        <Where bucket={bucket} prefix={prefix} />
        <ErrorLine error={bucketsError.value ?? listError.value} />
        {listing.value.bucket === bucket && <ObjectTable open={key} />}
      </Panel>
      {key !== undefined && <OpenObject key={`${bucket}/${key}`} of={{ bucket, key }} prefix={prefix} />}
    </div>
  );
}

/** The bucket, the folders above, and a prefix to type. */
function Where({ bucket, prefix }: { readonly bucket: string; readonly prefix: string }) {
  const go = (to: { readonly bucket: string; readonly prefix: string }) => {
    location.hash = linkTo('objects', to);
  };
  return (
    <>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          const typed = new FormData(event.currentTarget).get('prefix');
          go({ bucket, prefix: typeof typed === 'string' ? typed : '' });
        }}
      >
        <BucketField value={bucket} choose={(other) => go({ bucket: other, prefix: '' })} />
        <label class="field grow">
          <span>{words.prefix}</span>
          <input key={prefix} name="prefix" class="mono" defaultValue={prefix} autocomplete="off" spellcheck={false} />
        </label>
        <button type="submit" class="end">
          {words.go}
        </button>
      </form>
      <nav class="row crumbs" aria-label={words.path}>
        <a href={linkTo('objects', { bucket, prefix: '' })}>{bucket}</a>
        {foldersOf(prefix).map((folder) => (
          <a key={folder.prefix} href={linkTo('objects', { bucket, prefix: folder.prefix })}>
            <NameText>{folder.name}</NameText>
          </a>
        ))}
        <span class="apart" />
        <a href={linkTo('uploads')} onClick={() => chooseTarget(bucket, prefix.replace(/[^/]*$/, ''))}>
          {words.uploadHere}
        </a>
        <button type="button" onClick={() => void list(bucket, prefix)}>
          {words.refresh}
        </button>
      </nav>
    </>
  );
}
