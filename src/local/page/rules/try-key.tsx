// Try a key: which rule takes an upload that is typed in. It is in the address, so that a link leads to it.
import { useEffect, useState } from 'preact/hooks';
import { printable } from '../../../rules/printable.js';
import { explainedWords } from '../explained-words.js';
import { linkTo, place } from '../place.js';
import { Panel } from '../shell.js';
import { inForce } from './in-force.js';
import { tried, tryUpload } from './tried.js';
import { addressIn, sizeOf } from './upload-field.js';
import { words } from './words.js';

export function TryKey() {
  const rules = inForce.value;
  const buckets = [...new Set((rules?.loaded?.rules ?? []).flatMap((rule) => rule.buckets))].sort();
  const { query } = place.value;
  const [upload, setUpload] = useState(() => ({
    bucket: query.get('bucket') ?? '',
    key: query.get('key') ?? '',
    size: query.get('size') ?? '',
  }));
  const bucket = upload.bucket || (buckets[0] ?? '');
  const size = sizeOf(upload.size);
  const change = (changed: Partial<typeof upload>) => {
    const next = { ...upload, bucket, ...changed };
    setUpload(next);
    const typed = Object.entries(next).filter(([, value]) => value !== '');
    history.replaceState(null, '', linkTo('rules', Object.fromEntries(typed)));
  };
  useEffect(() => {
    if (bucket.length < 3 || upload.key === '' || size === 'wrong') {
      tried.value = undefined;
      return undefined;
    }
    return tryUpload(bucket, upload.key, size);
  }, [bucket, upload.key, size, rules]);
  return (
    <Panel title={words.tryKey}>
      <div class="try-key">
        <label>
          {words.bucket}
          <input
            value={bucket}
            list="rule-buckets"
            spellcheck={false}
            onInput={({ currentTarget }) => change({ bucket: currentTarget.value })}
          />
          <datalist id="rule-buckets">
            {buckets.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        </label>
        <label class="key">
          {words.key}
          <input
            value={upload.key}
            spellcheck={false}
            autocomplete="off"
            onInput={({ currentTarget: { value } }) => change(addressIn(value) ?? { key: value })}
          />
        </label>
        <label>
          {words.sizeField}
          <input
            value={upload.size}
            placeholder={words.sizeHint}
            aria-invalid={size === 'wrong'}
            onInput={({ currentTarget }) => change({ size: currentTarget.value })}
          />
        </label>
      </div>
      <p class="verdict" aria-live="polite">
        {size === 'wrong' ? <span class="bad">{words.sizeWrong}</span> : <Verdict />}
      </p>
    </Panel>
  );
}

function Verdict() {
  const explained = tried.value;
  if (explained === undefined) return <span class="quiet">{words.keyHint}</span>;
  const { rules, skipped, refusedByOss, lookalikes } = explained;
  const names = rules.map(({ name }) => name).join(', ');
  return (
    <>
      {rules.length > 0 ? <strong class="good">{words.taken(names)}</strong> : <strong>{words.notTaken}</strong>}{' '}
      {skipped !== undefined && skipped !== 'no-rule' && (explainedWords.reasons[skipped] ?? printable(skipped))}
      {refusedByOss !== undefined && (
        <span class="bad">
          {words.refusedByOss} {refusedByOss.message}
        </span>
      )}
      {lookalikes.map((one) => (
        <span key={one} class="warn">
          {printable(one)}
        </span>
      ))}
    </>
  );
}
