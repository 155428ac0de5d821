// The field that chooses a bucket.
import { buckets } from './buckets.js';

interface BucketFieldProps {
  /** One that is not there is shown all the same. */
  readonly value: string;
  readonly choose: (bucket: string) => void;
}

export function BucketField({ value, choose }: BucketFieldProps) {
  const names = buckets.value.map(({ name }) => name);
  return (
    <label class="field">
      <span>Bucket</span>
      <select value={value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {[...(names.includes(value) ? [] : [value]), ...names].map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
