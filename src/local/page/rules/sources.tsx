// What a rule takes: buckets and prefixes, and the conditions besides.
import { printable } from '../../../rules/printable.js';
import type { ShownRule } from '../../studio/rules-tools.js';
import { bytesText } from '../language.js';
import { words } from './words.js';

/** Places and conditions that are listed of each kind. */
const most = 8;

export function Sources({ rule }: { readonly rule: ShownRule }) {
  const { buckets, prefixes, suffixes, excludes, size } = rule;
  const places = buckets.flatMap((bucket) => prefixes.map((prefix) => ({ bucket, prefix })));
  const bounds = [
    size?.min !== undefined && words.atLeast(bytesText(size.min)),
    size?.max !== undefined && words.atMost(bytesText(size.max)),
  ].filter((one) => one !== false);
  return (
    <div class="sources">
      <ul aria-label={words.takes}>
        {places.slice(0, most).map(({ bucket, prefix }) => (
          <li key={`${bucket}/${prefix}`}>
            <span class="bucket">{bucket}</span>
            <span class="slash">/</span>
            {prefix === '' ? <span class="quiet">{words.every}</span> : <b>{printable(prefix)}</b>}
          </li>
        ))}
        {places.length > most && <li class="quiet">{words.more(places.length - most)}</li>}
      </ul>
      <dl>
        <Condition name={words.endsWith} values={suffixes} />
        <Condition name={words.not} values={excludes} />
        <Condition name={words.size} values={bounds} />
      </dl>
    </div>
  );
}

function Condition({ name, values }: { readonly name: string; readonly values: readonly string[] }) {
  if (values.length === 0) return null;
  const rest = values.length > most ? ` ${words.more(values.length - most)}` : '';
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {values.slice(0, most).map(printable).join('  ')}
        {rest}
      </dd>
    </div>
  );
}
